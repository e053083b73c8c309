public import RPC
internal import RPCCore
public import TallyAPI

/// Compares what a service made of a feed with what the upstream holds, at the same change number:
/// sums of boards are sums of scores, scores are made of the counters that were read.
public struct FeedComparison: Sendable {
    /// What this service says to a snapshot of the upstream.
    public enum Own: Sendable {
        /// It stands where the snapshot does: this is what it made of it.
        case holdings([Holding])
        /// So many numbers lie between the two; 0 when all came, and was not taken in yet.
        case behind(Int64)
        /// It has gone on meanwhile: an older snapshot than its own.
        case ahead
        /// It follows another feed.
        case otherFeed
    }

    /// Asks the upstream, within the time.
    public typealias Ask = @Sendable (CallOptions) async throws -> FeedHoldings
    /// Reads our own side to a snapshot, within the time.
    public typealias Read = @Sendable (FeedHoldings, Duration) async throws -> Own

    private let upstream: String
    private let promise: String
    private let subject: String
    private let moved: Wakeup
    private let ask: Ask
    private let read: Read

    /// Snapshots that are asked for: under steady news none may be the newest any more when ours
    /// is read.
    static var snapshotsMax: Int { 5 }
    /// How long our side may take to come to where a snapshot stands.
    private static var patience: Duration { .seconds(10) }
    /// A look at our side when a wake-up was lost, or went to another copy.
    private static var poll: Duration { .milliseconds(500) }
    /// Time for everything unless the caller has less.
    private static var limit: Duration { .seconds(200) }
    /// Differences that a finding names at most.
    static var violationsMax: Int { 20 }

    /// A comparison.
    ///
    /// - Parameters:
    ///   - promise: the finding's, in words.
    ///   - subject: what is compared here, such as `boards`.
    ///   - moved: signalled when our side may stand elsewhere.
    public init(
        with upstream: String, promise: String, subject: String, moved: Wakeup,
        ask: @escaping Ask, read: @escaping Read
    ) {
        self.upstream = upstream
        self.promise = promise
        self.subject = subject
        self.moved = moved
        self.ask = ask
        self.read = read
    }

    /// Whether both sides hold the same; a finding that says why when that cannot be told, for that
    /// is no alarm.
    ///
    /// - Parameters:
    ///   - remaining: the caller's time; a fifth of it is left for the answer.
    ///   - options: makes the options of a call that may take so long.
    /// - Throws: `CancellationError`.
    public func finding(
        within remaining: Duration?, options: (Duration) -> CallOptions
    ) async throws -> Finding {
        let time = min(Self.limit, remaining.map { $0 * 4 / 5 } ?? Self.limit)
        let end = ContinuousClock.now.advanced(by: time)
        var why = "\(self.upstream) went on each time they were compared"
        do {
            snapshots: for _ in 0..<Self.snapshotsMax {
                let theirs = try await self.ask(options(end - .now))
                switch try await self.settled(theirs, end) {
                case .holdings(let ours): return self.compared(theirs.holdings, ours)
                case .otherFeed: why = "the \(self.subject) were made of another feed"
                case .behind(0): why = "the \(self.subject) are not settled yet"
                case .behind(let count):
                    why = "not comparable: the \(self.subject) are behind by \(count) changes"
                case .ahead: continue snapshots
                }
                break
            }
        } catch let error as RPCError {
            why = "could not compare: \(self.upstream) answers \(error.code.name)"
        } catch {
            try Task.checkCancellation()
            why = "could not compare: the \(self.subject) could not be read in time"
        }
        return Finding(
            invariant: "I1", promise: self.promise, holds: true, notCompared: why)
    }

    /// Our side when it has come to where the snapshot stands, or the time for that is over.
    private func settled(
        _ theirs: FeedHoldings, _ end: ContinuousClock.Instant
    ) async throws -> Own {
        let patient = min(end, .now.advanced(by: Self.patience))
        while true {
            let seen = self.moved.count
            let own = try await self.read(theirs, max(.zero, end - .now))
            guard case .behind = own, ContinuousClock.now < patient else { return own }
            await self.moved.wait(beyond: seen, upTo: min(Self.poll, patient - .now))
            try Task.checkCancellation()
        }
    }

    private struct Place: Hashable, Comparable {
        let repositoryID: Int64
        let window: String

        init(_ holding: Holding) {
            (self.repositoryID, self.window) = (holding.repositoryId, holding.window)
        }

        static func < (left: Place, right: Place) -> Bool {
            (left.repositoryID, left.window) < (right.repositoryID, right.window)
        }

        var words: String {
            let place = self.repositoryID == 0 ? "all together" : "repository \(self.repositoryID)"
            return self.window.isEmpty ? place : "\(place), window \(self.window)"
        }
    }

    private func compared(_ theirs: [Holding], _ ours: [Holding]) -> Finding {
        let (theirs, ours) = (Self.byPlace(theirs), Self.byPlace(ours))
        let places = Set(theirs.keys).union(ours.keys).sorted()
        let faults = places.compactMap { place in
            self.fault(theirs[place] ?? Holding(), ours[place] ?? Holding())
                .map { "\(place.words): \($0)" }
        }
        return Finding(
            invariant: "I1", promise: self.promise, holds: faults.isEmpty,
            checked: UInt64(places.count), violations: Array(faults.prefix(Self.violationsMax)))
    }

    private static func byPlace(_ holdings: [Holding]) -> [Place: Holding] {
        Dictionary(holdings.map { (Place($0), $0) }) { first, _ in first }
    }

    private func fault(_ theirs: Holding, _ ours: Holding) -> String? {
        guard theirs.unreadable == 0 else {
            return "\(theirs.unreadable) rows of \(self.upstream) do not parse"
        }
        if (theirs.rows, theirs.sum) != (ours.rows, ours.sum) {
            return "\(ours.rows) rows in the \(self.subject) with the sum \(ours.sum), "
                + "\(theirs.rows) with \(theirs.sum) in \(self.upstream)"
        }
        return theirs.digest == ours.digest
            ? nil : "the \(ours.rows) rows in the \(self.subject) are not those of \(self.upstream)"
    }
}
