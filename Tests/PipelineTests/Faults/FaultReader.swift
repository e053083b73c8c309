import Postgres
import ServiceKit
import TallyAPI

@testable import Ranking

/// A reader who looks after every step: boards are whole, of one formula, and never go back.
struct FaultReader {
    private struct Board: Hashable, CustomStringConvertible {
        var repository: String
        var window: String
        var description: String { "the board \(self.repository) \(self.window)" }
    }
    private struct Shown: Hashable, CustomStringConvertible {
        var board: Board
        var generation: Int64
        var description: String { "\(self.board), generation \(self.generation)," }
    }

    let store: RankingStore
    private var newest: [Board: Int64] = [:]
    private var lines: [Shown: [Ledger.Line]] = [:]
    private var hasSeenAnchor = false

    private static let windows = ["all", "30d"]

    init(_ store: RankingStore) { self.store = store }

    /// Somebody asked to be taken off: kept generations are another without them.
    mutating func forget() { self.lines = [:] }

    /// - Returns: what a reader would complain of.
    mutating func look(_ ledger: FaultLedger) async throws -> [String] {
        var complaints: [String] = []
        let names = ledger.sums.names
        for window in Self.windows {
            for name in [""] + ledger.tracked.compactMap({ names[$0] }) {
                complaints += try await self.look(
                    at: Board(repository: name, window: window), ledger)
            }
        }
        return complaints + (try await self.mixed())
    }

    private mutating func look(at board: Board, _ ledger: FaultLedger) async throws -> [String] {
        let request = GetPageRequest(
            repository: board.repository, window: board.window, bots: .include, page: 1,
            pageSize: 1000)
        guard case .page(let page) = try await self.store.page(request),
            let head = page.board, head.generation > 0
        else { return [] }
        var complaints: [String] = []
        let lines = page.entries.map(Ledger.Line.init).map { line in
            var line = line
            // Names are shown as they are now, whatever the generation.
            line.login = ""
            return line
        }
        if head.generation < self.newest[board] ?? 0 {
            complaints.append("\(board) went back to generation \(head.generation)")
        }
        self.newest[board] = head.generation
        let shown = Shown(board: board, generation: head.generation)
        if let before = self.lines[shown], before != lines {
            complaints.append("\(shown) is another than before")
        }
        self.lines[shown] = lines
        if page.total != UInt64(lines.count) { complaints.append("\(shown) is not whole") }
        if board.repository.isEmpty, board.window == "all" {
            if lines.isEmpty, self.hasSeenAnchor { complaints.append("\(shown) is empty") }
            let isThere = lines.contains { $0.id == FaultWorld.anchorPerson }
            self.hasSeenAnchor = self.hasSeenAnchor || isThere
        }
        if !board.repository.isEmpty, let formula = ledger.formulas[head.formulaName] {
            for line in lines where line.score != Ledger().score(line.counts, formula) {
                complaints.append("\(shown): \(line) does not stand under \(formula.name)")
            }
        }
        return complaints
    }

    /// Entries of the global board that are not the sum of the repositories' entries.
    private func mixed() async throws -> [String] {
        try await self.store.pool.withConnection { connection in
            try connection.query(
                """
                with standing as (select * from board_entries where gen_to = 9223372036854775807)
                select coalesce(a.window_name, b.window_name) || ' '
                       || coalesce(a.contributor_id, b.contributor_id) as words
                from (select window_name, contributor_id, sum(place) as place from standing
                      where repository_id > 0 group by 1, 2) a
                full join (select * from standing where repository_id = 0) b
                  using (window_name, contributor_id)
                where a.place is distinct from b.place
                """
            ).map { "mixed: \(try $0.string("words"))" }
        }
    }
}
