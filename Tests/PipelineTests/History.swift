import Testing
import TallyAPI

@testable import Ranking
@testable import Scoring

/// A random history: what it does to the services it writes down in the ledger, too.
struct History {
    private(set) var ledger = Ledger()
    private(set) var chance: Chance
    private(set) var story: [String] = []
    private var change: Int64 = 0
    private let house: Installation
    private let today: Int32

    private static let repositories: ClosedRange<Int> = 1...4
    private static let people: ClosedRange<Int> = 101...112

    init(seed: UInt64, _ house: Installation) async throws {
        self.chance = Chance(seed: seed)
        self.house = house
        self.today = try await house.today()
    }

    mutating func step() async throws {
        switch self.chance.number(0...99) {
        case 0..<45: try await self.scrape()
        case 45..<52: try await self.rename()
        case 52..<58: try await self.remove()
        case 58..<68: try await self.link()
        case 68..<74: try await self.unlink()
        case 74..<82: try await self.opt()
        case 82..<90: try await self.putFormula()
        case 90..<94: try await self.rescoreSome()
        case 94..<97:
            self.story.append("ranking follows anew")
            try await self.house.ranking.restart()
        case _: try await self.followAnew()
        }
        if self.chance.happens(70) { try await self.house.pump() }
    }

    private mutating func tell(_ rows: [ActivityRow], _ repositories: [RepositoryRow]) async throws
    {
        try await self.house.scoring.apply(
            Batches.batch(rows, repositories, change: self.change))
    }

    private func face(_ id: Int64, removed: Bool = false) -> RepositoryRow {
        RepositoryRow(
            change: self.change, repositoryId: id, name: self.ledger.names[id] ?? "gone/gone",
            removed: removed)
    }

    /// Some days of a repository anew: more people or fewer, or nobody any more.
    private mutating func scrape() async throws {
        let id = Int64(self.chance.number(Self.repositories))
        if self.ledger.names[id] == nil { self.ledger.names[id] = "owner\(id)/name\(id)" }
        var rows: [ActivityRow] = []
        // The feed is a table: no day stands in it twice.
        var seen: Set<Int32> = []
        for _ in 0..<self.chance.number(1...4) {
            let ages = [0, 3, 6, 7, 20, 29, 30, 80, 90, 200, 364, 365, 729, 730, 900]
            let day = self.today - Int32(ages[self.chance.number(0...ages.count - 1)])
            guard seen.insert(day).inserted else { continue }
            var people: [Int64: [Int]] = [:]
            for _ in 0..<self.chance.number(0...6) {
                people[Int64(self.chance.number(Self.people))] = (0..<10).map { index in
                    self.chance.happens(40)
                        ? self.chance.number(1...(index < 8 ? 4 : 90_000)) : 0
                }
            }
            self.ledger.days[id, default: [:]][day] = people
            self.change += 1
            rows.append(
                Batches.row(
                    self.change, id, day,
                    people.sorted { $0.key < $1.key }.map {
                        self.activity($0.key, $0.value)
                    }))
        }
        self.change += 1
        self.story.append("scrape \(id): \(rows.count) days")
        try await self.tell(rows, [self.face(id)])
    }

    private mutating func activity(_ id: Int64, _ counts: [Int]) -> ContributorActivity {
        if self.ledger.logins[id] == nil { self.ledger.logins[id] = "p\(id)" }
        let isBot = id % 6 == 0
        if isBot { self.ledger.bots.insert(id) }
        let c = counts.map { UInt64($0) }
        return ContributorActivity(
            contributorId: id, login: self.ledger.logins[id] ?? "", bot: isBot,
            counters: Counters(
                commits: c[0], prsOpened: c[1], prsMerged: c[2], prsReviewed: c[3],
                issuesOpened: c[4], issuesClosed: c[5], comments: c[6], releases: c[7],
                linesAdded: c[8], linesDeleted: c[9]))
    }

    /// A repository, or a person who does something today under another login.
    private mutating func rename() async throws {
        if self.chance.happens(50), let id = self.ledger.names.keys.sorted().first {
            self.change += 1
            self.ledger.names[id] = "owner\(id)/name\(id)-\(self.change)"
            self.story.append("rename repository \(id)")
            return try await self.tell([], [self.face(id)])
        }
        guard let id = self.ledger.logins.keys.sorted().last,
            let repository = self.ledger.names.keys.sorted().last
        else { return }
        self.change += 1
        self.ledger.logins[id] = "p\(id)-\(self.change)"
        var people = self.ledger.days[repository]?[self.today] ?? [:]
        people[id] = [1, 0, 0, 0, 0, 0, 0, 0, 0, 0]
        self.ledger.days[repository, default: [:]][self.today] = people
        self.story.append("rename person \(id)")
        let row = Batches.row(
            self.change, repository, self.today,
            people.sorted { $0.key < $1.key }.map { self.activity($0.key, $0.value) })
        try await self.tell([row], [])
    }

    private mutating func remove() async throws {
        guard let id = self.ledger.names.keys.sorted().randomElement(using: &self.chance) else {
            return
        }
        self.change += 1
        self.story.append("remove \(id)")
        try await self.tell([], [self.face(id, removed: true)])
        self.ledger.names[id] = nil
        self.ledger.days[id] = nil
    }

    private static let decision = IdentityStore.Decision(author: "test", reason: "a history")

    private mutating func two() -> (Int64, Int64)? {
        let known = self.ledger.logins.keys.sorted()
        guard known.count > 1 else { return nil }
        return (
            known[self.chance.number(0...known.count - 1)],
            known[self.chance.number(0...known.count - 1)]
        )
    }

    private mutating func link() async throws {
        guard let (one, other) = self.two(), let login = self.ledger.logins[one],
            let otherLogin = self.ledger.logins[other]
        else { return }
        let result = try await self.house.scoring.link(login, otherLogin, Self.decision)
        self.story.append("link \(one) \(other)")
        // What is one person already stays so; who is linked elsewhere stays there.
        guard self.ledger.links[other] == nil, self.ledger.person(one) != other else { return }
        if case .done(_, changed: true) = result {} else { Issue.record("link \(result)") }
        self.ledger.links[other] = self.ledger.person(one)
    }

    private mutating func unlink() async throws {
        guard let other = self.ledger.links.keys.sorted().randomElement(using: &self.chance),
            let one = self.ledger.links[other], let login = self.ledger.logins[one],
            let otherLogin = self.ledger.logins[other]
        else { return }
        self.story.append("unlink \(one) \(other)")
        _ = try await self.house.scoring.unlink(login, otherLogin, Self.decision)
        self.ledger.links[other] = nil
    }

    private mutating func opt() async throws {
        guard let (one, _) = self.two(), let login = self.ledger.logins[one] else { return }
        let group = self.ledger.group(self.ledger.person(one))
        let isOut = self.ledger.out.isDisjoint(with: group)
        self.story.append("opt \(isOut ? "out" : "in") \(one)")
        _ = try await self.house.scoring.setOptOut(isOut, login, Self.decision)
        if isOut { self.ledger.out.formUnion(group) } else { self.ledger.out.subtract(group) }
    }

    private mutating func putFormula() async throws {
        var formula = Ledger.Formula(name: "f\(self.change)-\(self.story.count)")
        formula.weights = formula.weights.map { _ in self.chance.number(0...40) * 500 }
        formula.cap = self.chance.number(0...2000) * 1000
        self.story.append("put \(formula.name)")
        let names = [
            "commits", "prs_opened", "prs_merged", "prs_reviewed", "issues_opened",
            "issues_closed", "comments", "releases", "lines_added", "lines_deleted",
        ]
        let weights = zip(names, formula.weights).map { "\"\($0)\":\(Double($1) / 1000)" }
        let text = """
            {"name":"\(formula.name)","weights":{\(weights.joined(separator: ","))},
             "cap":\(formula.cap / 1000)}
            """
        _ = try await self.house.scoring.put(try FormulaDocument(text), author: "test")
        self.ledger.formula = formula
        if self.chance.happens(50) { try await self.house.rescore() }
    }

    private mutating func rescoreSome() async throws {
        self.story.append("rescore some")
        for _ in 0..<self.chance.number(1...3) { _ = try await self.house.scoring.rescore() }
    }

    /// Scoring starts at 0 on an upstream that lost a repository meanwhile.
    private mutating func followAnew() async throws {
        self.story.append("scoring follows anew")
        try await self.house.scoring.restart()
        if let lost = self.ledger.names.keys.sorted().last, self.chance.happens(50) {
            self.ledger.names[lost] = nil
            self.ledger.days[lost] = nil
        }
        var rows: [ActivityRow] = []
        var faces: [RepositoryRow] = []
        for (id, days) in self.ledger.days.sorted(by: { $0.key < $1.key }) {
            for (day, people) in days.sorted(by: { $0.key < $1.key }) {
                self.change += 1
                rows.append(
                    Batches.row(
                        self.change, id, day,
                        people.sorted { $0.key < $1.key }
                            .map { self.activity($0.key, $0.value) }))
            }
        }
        for id in self.ledger.names.keys.sorted() {
            self.change += 1
            faces.append(self.face(id))
        }
        let half = rows.count / 2
        try await self.house.scoring.apply(
            Batches.batch(
                Array(rows[..<half]), change: rows.first?.change ?? 1, caughtUp: false))
        self.change += 1
        try await self.house.scoring.apply(
            Batches.batch(Array(rows[half...]), faces, change: self.change))
    }

    /// The end: everything that was asked for is done and published.
    mutating func settle() async throws {
        try await self.house.rescore()
        try await self.house.pump()
    }
}
