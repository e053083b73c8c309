import TallyAPI

/// What boards must show, by plain arithmetic over everything that ever happened: shares no line
/// with the services.
struct Ledger {
    struct Formula: Hashable {
        var name = "default"
        var version = 1
        var weights: [Int] = [10_000, 15_000, 25_000, 20_000, 8_000, 5_000, 3_000, 30_000, 10, 5]
        var cap = 1_000_000
    }

    /// One line of a board.
    struct Line: Hashable {
        var rank: Int
        var id: Int64
        var login: String
        var score: Int
        var counts: [Int]
        var firstDay: Int32
        var lastDay: Int32
        var repositories: Int
    }

    /// repository → day → account → the ten counters.
    var days: [Int64: [Int32: [Int64: [Int]]]] = [:]
    var names: [Int64: String] = [:]
    var logins: [Int64: String] = [:]
    var bots: Set<Int64> = []
    /// account → the account that it is linked to.
    var links: [Int64: Int64] = [:]
    var out: Set<Int64> = []
    var formula = Formula()

    func person(_ account: Int64) -> Int64 {
        var (id, steps) = (account, 0)
        while let next = self.links[id], steps < 100 { (id, steps) = (next, steps + 1) }
        return id
    }

    func group(_ person: Int64) -> Set<Int64> {
        Set(self.logins.keys.filter { self.person($0) == person } + [person])
    }

    func score(_ counts: [Int], _ formula: Formula) -> Int {
        var points = 0
        for index in 0..<8 { points += counts[index] * formula.weights[index] }
        let lines = counts[8] * formula.weights[8] + counts[9] * formula.weights[9]
        return points + min(lines, formula.cap)
    }

    /// A board: nil is the global one.
    func board(
        _ repository: Int64?, last: Int32, length: Int32?, bots isWithBots: Bool,
        _ formula: Formula
    ) -> [Line] {
        var lines: [Int64: Line] = [:]
        let wanted = self.days.filter { repository == nil || $0.key == repository }
        for (_, days) in wanted {
            for (id, sum) in self.sums(days, last: last, length: length) {
                var line =
                    lines[id]
                    ?? Line(
                        rank: 0, id: id, login: self.logins[id] ?? "", score: 0,
                        counts: Array(repeating: 0, count: 10), firstDay: .max, lastDay: .min,
                        repositories: 0)
                line.score += self.score(sum.counts, formula)
                line.counts = zip(line.counts, sum.counts).map { $0 + $1 }
                line.firstDay = min(line.firstDay, sum.first)
                line.lastDay = max(line.lastDay, sum.last)
                line.repositories += 1
                lines[id] = line
            }
        }
        var sorted = lines.values.filter { isWithBots || !self.bots.contains($0.id) }
        sorted.sort { $0.score != $1.score ? $0.score > $1.score : $0.id < $1.id }
        for index in sorted.indices {
            sorted[index].rank = 1 + sorted.filter { $0.score > sorted[index].score }.count
        }
        return sorted
    }

    private func sums(
        _ days: [Int32: [Int64: [Int]]], last: Int32, length: Int32?
    ) -> [Int64: (counts: [Int], first: Int32, last: Int32)] {
        var sums: [Int64: (counts: [Int], first: Int32, last: Int32)] = [:]
        for (day, people) in days {
            if let length, day < last - length + 1 || day > last { continue }
            for (account, counts) in people where account != 0 && counts.contains(where: { $0 > 0 })
            {
                let id = self.person(account)
                guard self.out.isDisjoint(with: self.group(id)) else { continue }
                let known = sums[id] ?? (Array(repeating: 0, count: 10), day, day)
                sums[id] = (
                    zip(known.counts, counts).map { $0 + $1 }, min(known.first, day),
                    max(known.last, day)
                )
            }
        }
        return sums
    }
}

extension Ledger.Line {
    init(_ entry: BoardEntry) {
        let c = entry.counters ?? Counters()
        self.init(
            rank: Int(entry.rank), id: entry.contributorId, login: entry.login,
            score: Int(entry.score),
            counts: [
                c.commits, c.prsOpened, c.prsMerged, c.prsReviewed, c.issuesOpened,
                c.issuesClosed, c.comments, c.releases, c.linesAdded, c.linesDeleted,
            ].map { Int($0) }, firstDay: entry.firstDay, lastDay: entry.lastDay,
            repositories: Int(entry.repositories))
    }
}
