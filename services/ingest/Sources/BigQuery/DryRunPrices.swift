import ServiceKit

/// What ranges of days process, for estimates: asked once for everybody who wants to know.
///
/// It depends on the days and on nobody's repositories. What is about to be paid is asked anew.
actor DryRunPrices {
    /// Tables of past days do not change; today's grows by the hour.
    static let goodFor: Duration = .seconds(600)
    /// Ranges kept at most.
    static let rangesMax = 100

    private struct Entry {
        var price: Task<Int64, any Error>
        var asked: ContinuousClock.Instant
    }

    private let client: BigQueryClient
    private let limit: Duration
    private var entries: [ClosedRange<CivilDay>: Entry] = [:]

    /// - Parameter limit: of one question with its retries.
    init(_ client: BigQueryClient, within limit: Duration) {
        self.client = client
        self.limit = limit
    }

    /// Bytes that a query for some days processes.
    /// - Throws: `BigQueryFault`.
    func bytes(of days: ClosedRange<CivilDay>) async throws -> Int64 {
        let now = client.web.timing.now()
        if let entry = entries[days], entry.asked + Self.goodFor > now {
            return try await entry.price.value
        }
        if entries.count >= Self.rangesMax { entries = [:] }
        // Of nobody's own: whoever asked first may go, the others still want to know.
        let price = Task { [client, limit] in
            try await client.dryRun(.activity(ids: [], names: [], days: days), within: limit)
        }
        entries[days] = Entry(price: price, asked: now)
        do { return try await price.value } catch {
            if entries[days]?.price == price { entries[days] = nil }
            throw error
        }
    }
}
