private import Crypto
public import RPC
public import TallyAPI

/// What a service holds of what its feed tells, from one snapshot.
public struct FeedHoldings: Sendable {
    /// The identity of the feed.
    public var feedID: String
    /// The highest change number of a row that stands: who has applied it knows everything here.
    public var newest: Int64
    /// The highest that was given out.
    public var change: Int64
    /// At most one of each repository and window.
    public var holdings: [Holding]

    /// Holdings of one batch.
    static let batchMax = 1000

    /// Makes it.
    public init(feedID: String, newest: Int64, change: Int64, holdings: [Holding]) {
        self.feedID = feedID
        self.newest = newest
        self.change = change
        self.holdings = holdings
    }

    /// Reads a stream to its end.
    ///
    /// - Throws: `RPCError`: why the stream ended early.
    public init(reading reader: RPCReader<HoldingsBatch>) async throws {
        self.init(feedID: "", newest: 0, change: 0, holdings: [])
        while let batch = try await reader.next() {
            (self.feedID, self.newest, self.change) = (batch.feedId, batch.newest, batch.change)
            self.holdings += batch.holdings
        }
    }

    /// Sends it, an empty one, too.
    ///
    /// - Throws: `RPCError` when the caller is gone.
    public func send(to writer: RPCWriter<HoldingsBatch>) async throws {
        for batch in self.batches { try await writer.send(batch) }
    }

    var batches: [HoldingsBatch] {
        stride(from: 0, to: max(1, self.holdings.count), by: Self.batchMax).map { start in
            let end = min(start + Self.batchMax, self.holdings.count)
            return HoldingsBatch(
                feedId: self.feedID, newest: self.newest, change: self.change,
                holdings: Array(self.holdings[start..<end]))
        }
    }
}

/// The digest of rows that two services hold in tables of their own: the first 64 bits of the
/// SHA-256 of each row's numbers with spaces between, joined by exclusive or, so that no order is
/// needed. SHA-256, because each Postgres has it, whatever its version and settings.
public enum HoldingDigest {
    /// The digest of the rows of a group, as SQL.
    ///
    /// - Parameter columns: expressions that are integers and never null; the first of them name
    ///   the row, so that no two are equal.
    public static func sql(_ columns: [String]) -> String {
        let text = "concat_ws(' ', \(columns.joined(separator: ", ")))"
        let bytes = "substr(sha256(convert_to(\(text), 'UTF8')), 1, 8)"
        return "bit_xor(('x' || encode(\(bytes), 'hex'))::bit(64)::bigint)"
    }

    /// The digest of one row.
    public static func of(_ numbers: [Int64]) -> Int64 {
        let text = numbers.map { "\($0)" }.joined(separator: " ")
        return SHA256.digest(of: text).prefix(8).reduce(0) { $0 << 8 | Int64($1) }
    }
}
