/// What BigQuery bills on demand (sources.md section 1.5), in whole numbers.
enum BigQueryPrice {
    /// 6.25 USD for 2^40 bytes, in millionths of a dollar.
    static let microUSDPerTiB: Int64 = 6_250_000
    /// Billed at least for each table that a query reads, and for each query.
    static let minimumBytes: Int64 = 10 << 20
    /// What a query may cost at most, in percent of what its dry run says.
    static let headroomPercent: Int64 = 115

    /// What a query is billed for that a dry run put at so many bytes.
    static func billed(processed bytes: Int64, tables: Int) -> Int64 {
        max(bytes, minimumBytes * Int64(max(tables, 1)))
    }

    /// The price of bytes, rounded up.
    static func microUSD(_ bytes: Int64) -> Int64 {
        let tib = Int64(1) << 40
        let (whole, rest) = max(bytes, 0).quotientAndRemainder(dividingBy: tib)
        // 2^40 times the price stays below 2^63.
        return whole * microUSDPerTiB + (rest * microUSDPerTiB + tib - 1) / tib
    }

    /// The bytes that can be had for so much.
    static func bytes(for microUSD: Int64) -> Int64 {
        let (whole, rest) = max(microUSD, 0).quotientAndRemainder(dividingBy: microUSDPerTiB)
        let (bytes, isTooMuch) = whole.multipliedReportingOverflow(by: 1 << 40)
        return isTooMuch ? .max : bytes + rest * (1 << 40) / microUSDPerTiB
    }

    /// Dollars with as many digits as tell something: "0.0042 USD", "61.04 USD".
    static func text(_ microUSD: Int64) -> String {
        // Below a dollar to a hundredth of a cent, else to a cent; rounded up.
        let digits = microUSD < 1_000_000 ? 4 : 2
        let unit: Int64 = digits == 4 ? 100 : 10_000
        let units = microUSD / unit + (microUSD % unit > 0 ? 1 : 0)
        let perDollar = 1_000_000 / unit
        let rest = String(units % perDollar)
        return "\(units / perDollar)." + String(repeating: "0", count: digits - rest.count)
            + rest + " USD"
    }
}
