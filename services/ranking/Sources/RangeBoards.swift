import RPC
import RPCCore
import TallyAPI

/// Boards that are not kept ready: other days, or another formula. Computed when they are asked
/// for, from what scoring gives, and kept for a moment, so that a reader can page through.
actor RangeBoards {
    /// What names one.
    struct Key: Hashable, Sendable {
        /// In lower case; "" = the global board.
        let repository: String
        let days: ClosedRange<Int32>
        /// As it was asked for; "" = the active one.
        let formula: String
    }

    /// A board in order.
    struct Computed: Sendable {
        /// Without its window's name.
        var board: Board
        /// Best first, without ranks.
        var entries: [BoardEntry]
        let made: ContinuousClock.Instant
    }

    /// Contributors of one board; a larger one is asked for by repository.
    static let entriesMax = 500_000
    /// Contributors of all boards that are kept for a moment.
    static let keptMax = 500_000
    /// How long one is kept: whoever opts out is gone from all of them within a minute.
    static let keptFor = Duration.seconds(30)
    /// Boards that are computed at a time.
    static let runningMax = 4

    private let store: RankingStore
    private let scoring: ScoringClient
    private var kept: [Key: Computed] = [:]
    private var running: [Key: Task<Computed, any Error>] = [:]

    /// Time for what scoring has to say about one.
    private static let limit = Duration.seconds(60)

    init(store: RankingStore, scoring: ScoringClient) {
        self.store = store
        self.scoring = scoring
    }

    /// The board, computed when it is not at hand.
    ///
    /// - Parameter generation: 0, or the one that a page before had.
    /// - Returns: nil when that generation is no longer there.
    func board(_ key: Key, generation: Int64) async throws -> Computed? {
        self.kept = self.kept.filter { $0.value.made + Self.keptFor > .now }
        if let known = self.kept[key], generation == 0 || known.board.generation == generation {
            return known
        }
        let computed = try await self.compute(key)
        self.keep(computed, key)
        return generation == 0 || computed.board.generation == generation ? computed : nil
    }

    private func compute(_ key: Key) async throws -> Computed {
        if let task = self.running[key] { return try await task.value }
        guard self.running.count < Self.runningMax else {
            throw RPCError(
                .resourceExhausted, "too many boards are being computed; try again soon",
                retryAfter: .seconds(1))
        }
        let (store, scoring) = (self.store, self.scoring)
        let task = Task { try await Self.computed(key, store, scoring) }
        self.running[key] = task
        defer { self.running[key] = nil }
        return try await task.value
    }

    private func keep(_ computed: Computed, _ key: Key) {
        self.kept[key] = computed
        while self.kept.values.reduce(0, { $0 + $1.entries.count }) > Self.keptMax,
            let oldest = self.kept.min(by: { $0.value.made < $1.value.made })
        {
            self.kept[oldest.key] = nil
        }
    }

    private static func computed(
        _ key: Key, _ store: RankingStore, _ scoring: ScoringClient
    ) async throws -> Computed {
        let made = ContinuousClock.now
        let request = ScoreRangeRequest(
            repository: key.repository,
            sinceDay: key.days.lowerBound == .min ? 0 : key.days.lowerBound,
            // Day 0 means "not given"; nothing happened on GitHub on either of the two.
            untilDay: key.days.upperBound == 0 ? -1 : key.days.upperBound, formula: key.formula)
        var sum = RangeSum()
        sum = try await scoring.scoreRange(request, options: CallOptions(timeout: Self.limit)) {
            reader in
            var sum = RangeSum()
            while let batch = try await reader.next() { try sum.add(batch) }
            return sum
        }
        let (board, names) = try await store.names(
            repository: key.repository, of: Array(sum.entries.keys))
        return sum.computed(board, names, key.days, made)
    }
}

/// Adds up what scoring streams, contributor by contributor.
struct RangeSum: Sendable {
    private(set) var entries: [Int64: BoardEntry] = [:]
    private var change: Int64 = 0
    private var formula = (name: "", version: UInt32(0))

    mutating func add(_ batch: ScoreRangeBatch) throws(RPCError) {
        self.change = max(self.change, batch.change)
        self.formula = (batch.formulaName, batch.formulaVersion)
        for row in batch.rows {
            guard var entry = self.entries[row.contributorId] else {
                self.entries[row.contributorId] = BoardEntry(
                    contributorId: row.contributorId, score: row.score, counters: row.counters,
                    firstDay: row.firstDay, lastDay: row.lastDay, repositories: 1)
                continue
            }
            entry.score += row.score
            entry.counters = Counters(
                listed: zip(
                    (entry.counters ?? Counters()).listed, (row.counters ?? Counters()).listed
                ).map { $0 &+ $1 })
            entry.firstDay = min(entry.firstDay, row.firstDay)
            entry.lastDay = max(entry.lastDay, row.lastDay)
            entry.repositories += 1
            self.entries[row.contributorId] = entry
        }
        guard self.entries.count <= RangeBoards.entriesMax else {
            throw RPCError(
                .resourceExhausted,
                "more than \(RangeBoards.entriesMax) contributors: ask for one repository")
        }
    }

    /// The board in order, with names.
    func computed(
        _ face: Board, _ names: [Int64: RankingStore.Name], _ days: ClosedRange<Int32>,
        _ made: ContinuousClock.Instant
    ) -> RangeBoards.Computed {
        var entries = self.entries.values.filter { names[$0.contributorId]?.isHidden != true }
        for index in entries.indices {
            let name = names[entries[index].contributorId]
            entries[index].login = name?.login ?? ""
            entries[index].bot = name?.isBot ?? false
        }
        entries.sort { ($1.score, $0.contributorId) < ($0.score, $1.contributorId) }
        var board = face
        board.sinceDay =
            days.lowerBound == .min ? entries.map(\.firstDay).min() ?? 0 : days.lowerBound
        board.untilDay = days.upperBound
        (board.formulaName, board.formulaVersion) = self.formula
        board.generation = max(1, self.change)
        board.entries = UInt64(entries.count)
        return RangeBoards.Computed(board: board, entries: entries, made: made)
    }
}

extension RangeBoards.Computed {
    /// A page of it under a bot filter, or of those whose login holds a text.
    func page(_ request: GetPageRequest) -> Page {
        let wanted = request.query.lowercased()
        var ranker = Ranker()
        var total: UInt64 = 0
        let offset = UInt64(request.page - 1) * UInt64(request.pageSize)
        var page = Page(board: self.board, page: request.page, pageSize: request.pageSize)
        page.board?.window = request.window
        for var entry in self.entries where request.bots.admits(entry.bot) {
            entry.rank = ranker.next(entry.score)
            guard wanted.isEmpty || entry.login.lowercased().contains(wanted) else { continue }
            if total >= offset && total < offset + UInt64(request.pageSize) {
                page.entries.append(entry)
            }
            total += 1
        }
        page.total = total
        return page
    }
}
