import TallyAPI

@testable import Ingest

/// What there is to be scraped: its content changes while nobody looks, and a seed repeats it.
struct FaultWorld {
    static let repositories: [Int64] = [1, 2, 3]
    /// Never removed and never without anybody: once there is a board, it is never empty.
    static let anchor: Int64 = 1
    /// Works there every day, and nowhere else.
    static let anchorPerson: Int64 = 101
    /// First days of the stretches of days that are scraped, as ages on the first day.
    static let stretches: [Int32] = [2, 8, 31, 91]
    static let stretchLength: Int32 = 3
    /// Seconds after which scoring waits for no follower: seven days, and one more.
    static let silence: Int64 = 7 * 86_400 + 1

    private let seed: UInt64
    private let firstDay: Int32
    private var versions: [Int64: UInt64] = [:]
    private var names: [Int64: RepositoryDay.Name] = [:]
    private var serial: Int64 = 1

    init(seed: UInt64, day: Int32) {
        self.seed = seed
        self.firstDay = day
        for id in Self.repositories { self.rename(id) }
    }

    /// A stretch of days.
    func days(_ stretch: Int, _ length: Int32) -> ClosedRange<Int32> {
        let first = self.firstDay - Self.stretches[stretch]
        return first...(first + length - 1)
    }

    mutating func change(_ id: Int64) { self.versions[id, default: 0] += 1 }

    mutating func rename(_ id: Int64) {
        self.serial += 1
        self.names[id] = RepositoryDay.Name(
            name: "owner\(id)/name\(self.serial)", firstUs: self.serial, lastUs: self.serial)
    }

    /// The repository as a source finds it now.
    func found(_ id: Int64) -> FoundRepository {
        let name = self.name(id)
        return FoundRepository(id: id, name: name.name, seenUs: name.lastUs)
    }

    private func name(_ id: Int64) -> RepositoryDay.Name {
        self.names[id] ?? RepositoryDay.Name(name: "nobody/knows", firstUs: 0, lastUs: 0)
    }

    /// A day as a source reads it now.
    func content(_ id: Int64, _ day: Int32) -> RepositoryDay {
        let version = self.versions[id] ?? 0
        var chance = Chance(
            seed: self.seed ^ (UInt64(id) << 56) ^ (UInt64(day) << 24) ^ version)
        var content = RepositoryDay(repositoryId: id, events: 1)
        content.names = [self.name(id)]
        if id == Self.anchor { self.add(Self.anchorPerson, Counters(commits: 1), to: &content) }
        for _ in 0..<chance.number(0...4) {
            let counters = Counters(
                commits: UInt64(chance.number(0...3)), issuesOpened: UInt64(chance.number(0...1)),
                comments: UInt64(chance.number(0...5)),
                linesAdded: UInt64(chance.number(0...90_000)))
            self.add(Int64(chance.number(102...109)), counters, to: &content)
        }
        self.addPulls(day, &chance, to: &content)
        return content
    }

    private func add(_ person: Int64, _ counters: Counters, to content: inout RepositoryDay) {
        content.people[person] = RepositoryDay.Person(login: "p\(person)", bot: person % 6 == 0)
        content.counters[person] = counters
    }

    /// Pull requests: opened on one day, merged on another, by an author whom the merge does not
    /// name: whom it counts for hangs on both days.
    private func addPulls(_ day: Int32, _ chance: inout Chance, to content: inout RepositoryDay) {
        let all = Self.stretches.indices.flatMap { Array(self.days($0, Self.stretchLength)) }
        guard let place = all.firstIndex(of: day) else { return }
        for number in 1...4 {
            let author = Int64(101 + number)
            let at = Int64(day) * 86_400_000_000 + Int64(number)
            if number * 5 % all.count == place, chance.happens(75) {
                var counters = content.counters[author] ?? Counters()
                counters.prsOpened += 1
                self.add(author, counters, to: &content)
                content.openings.append(
                    RepositoryDay.Opening(number: Int64(number), authorId: author, atUs: at))
            }
            if (number * 7 + 3) % all.count == place, chance.happens(75) {
                content.merges.append(
                    RepositoryDay.Merge(number: Int64(number), signal: .closed, atUs: at))
            }
        }
    }
}

/// What was stored, by what the wire says of commits; from it what boards must show.
struct FaultLedger {
    private var stored: [Int64: [Int32: RepositoryDay]] = [:]
    private var names: [Int64: RepositoryDay.Name] = [:]
    private(set) var formulas = ["default": Ledger.Formula()]
    private var formula = Ledger.Formula()
    private var out: Set<Int64> = []

    var tracked: [Int64] { self.names.keys.sorted() }

    mutating func track(_ found: FoundRepository) {
        self.see(
            RepositoryDay.Name(name: found.name, firstUs: found.seenUs, lastUs: found.seenUs),
            of: found.id)
    }

    private mutating func see(_ name: RepositoryDay.Name, of id: Int64) {
        if let known = self.names[id], known.lastUs >= name.lastUs { return }
        self.names[id] = name
    }

    mutating func remove(_ id: Int64) {
        self.names[id] = nil
        self.stored[id] = nil
    }

    mutating func store(_ day: Int32, _ content: RepositoryDay) {
        self.stored[content.repositoryId, default: [:]][day] = content
        for name in content.names { self.see(name, of: content.repositoryId) }
    }

    mutating func put(_ formula: Ledger.Formula) {
        self.formulas[formula.name] = formula
        self.formula = formula
    }

    mutating func setOptOut(_ isOut: Bool, _ person: Int64) {
        if isOut { self.out.insert(person) } else { self.out.remove(person) }
    }

    func isOut(_ person: Int64) -> Bool { self.out.contains(person) }

    /// The arithmetic over it.
    var sums: Ledger {
        var ledger = Ledger()
        (ledger.formula, ledger.out) = (self.formula, self.out)
        ledger.names = self.names.mapValues(\.name)
        for (id, days) in self.stored {
            let authors = Dictionary(
                days.values.flatMap(\.openings).map { ($0.number, $0.authorId) },
                uniquingKeysWith: { first, _ in first })
            for (day, content) in days {
                var people = content.counters.mapValues(Self.list)
                for merge in content.merges {
                    guard let author = authors[merge.number] else { continue }
                    people[author, default: Array(repeating: 0, count: 10)][2] += 1
                }
                ledger.days[id, default: [:]][day] = people
                for person in people.keys {
                    ledger.logins[person] = "p\(person)"
                    if person % 6 == 0 { ledger.bots.insert(person) }
                }
            }
        }
        return ledger
    }

    private static func list(_ c: Counters) -> [Int] {
        [
            c.commits, c.prsOpened, c.prsMerged, c.prsReviewed, c.issuesOpened, c.issuesClosed,
            c.comments, c.releases, c.linesAdded, c.linesDeleted,
        ].map { Int($0) }
    }
}
