import Testing

@testable import Ingest

@Suite struct BigQueryPriceTests {
    private static let tib: Int64 = 1 << 40

    private static let prices: [(Int64, Int64)] = [
        (0, 0), (1, 1), (tib, 6_250_000), (tib / 2, 3_125_000), (tib + 1, 6_250_001),
        (8_000_000 * tib, 50_000_000_000_000), (-5, 0),
    ]

    @Test(arguments: prices)
    func `a TiB costs 6 dollars 25, and a part of a millionth is rounded up`(
        bytes: Int64, price: Int64
    ) {
        #expect(BigQueryPrice.microUSD(bytes) == price)
    }

    @Test func `sixty dollars are what ten TB cost`() {
        // sources.md: 24 months with payload are about 10 TB, about 60 USD.
        #expect((55_000_000...62_000_000).contains(BigQueryPrice.microUSD(10_000_000_000_000)))
    }

    private static let ten: Int64 = 10 << 20
    private static let bills: [(Int64, Int, Int64)] = [
        (0, 1, ten), (ten, 1, ten), (ten + 1, 1, ten + 1), (5, 3, 3 * ten),
        (3 * ten + 9, 3, 3 * ten + 9), (0, 0, ten),
    ]

    @Test(arguments: bills)
    func `each table is billed for ten MiB at least`(bytes: Int64, tables: Int, billed: Int64) {
        #expect(BigQueryPrice.billed(processed: bytes, tables: tables) == billed)
    }

    @Test(arguments: [Int64(0), 1, 625, 6_250_000, 6_250_001, 123_456_789])
    func `the bytes that a sum buys cost no more than it`(price: Int64) {
        let bytes = BigQueryPrice.bytes(for: price)
        #expect(BigQueryPrice.microUSD(bytes) <= price)
        #expect(BigQueryPrice.microUSD(bytes + 2 * (1 << 20)) > price)
    }

    @Test func `what nobody can spend buys as much as there is`() {
        #expect(BigQueryPrice.bytes(for: .max) == .max)
    }

    private static let texts: [(Int64, String)] = [
        (0, "0.0000 USD"), (1, "0.0001 USD"), (4_200, "0.0042 USD"),
        (999_999, "1.0000 USD"), (1_000_000, "1.00 USD"), (61_035_157, "61.04 USD"),
        (12_500_000, "12.50 USD"), (.max, "9223372036854.78 USD"),
    ]

    @Test(arguments: texts)
    func `a price is told in dollars, rounded up`(price: Int64, text: String) {
        #expect(BigQueryPrice.text(price) == text)
    }
}

@Suite struct BudgetRuleTests {
    private func rule(today: Int64 = 0, month: Int64 = 0) -> BudgetRule {
        BudgetRule(
            caps: BudgetRule.Caps(job: 100, day: 200, month: 300), spentToday: today,
            spentThisMonth: month)
    }

    private static let refusals: [(Int64, Int64, Int64, String?)] = [
        (99, 0, 0, nil), (100, 0, 0, nil), (101, 0, 0, "job"),
        (50, 149, 149, nil), (50, 150, 150, nil), (50, 151, 151, "day"), (50, 0, 249, nil),
        (50, 0, 250, nil), (50, 0, 251, "month"), (0, 200, 300, nil), (1, 900, 900, "day"),
    ]

    @Test(arguments: refusals)
    func `SRC-24 a cap may be reached and not passed`(
        cost: Int64, today: Int64, month: Int64, period: String?
    ) {
        #expect(rule(today: today, month: month).refusal(of: cost)?.period == period)
    }

    @Test func `SRC-24 a refusal names the price, the cap and what is spent`() {
        let words = rule(today: 151).refusal(of: 50)?.message
        #expect(
            words == "it would cost 0.0001 USD, and of the day's 0.0002 USD 0.0002 USD are spent "
                + "or promised (TALLY_BIGQUERY_DAY_USD)")
    }

    @Test func `the headroom is fifteen percent, and never reaches past a cap`() {
        let caps = BudgetRule.Caps(job: 6_250_000, day: 6_250_000, month: 6_250_000)
        let free = BudgetRule(caps: caps, spentToday: 0, spentThisMonth: 0)
        #expect(free.bytesMax(for: 1000) == 1150)
        #expect(free.bytesMax(for: 1001) == 1152)
        let tib = Int64(1) << 40
        #expect(free.bytesMax(for: tib - 5) == tib)
        let tight = BudgetRule(caps: caps, spentToday: 3_125_000, spentThisMonth: 0)
        #expect(tight.bytesMax(for: tib / 2 - 7) == tib / 2)
    }
}
