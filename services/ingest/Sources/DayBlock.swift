import ServiceKit
import TallyAPI

/// The counters of one repository and day, per contributor, in the one form that is stored.
///
/// Equal counts give equal bytes, whatever order they came in: contributors ascend by id. In it are
/// those whom the day's own events named, if only by name, and those to whom other days' events
/// credit a merge; the latter without a login, which the other day's block has.
struct DayBlock: Sendable {
    /// Who they are, as the day's events say.
    struct Person: Hashable, Sendable {
        var login: String
        var bot: Bool
    }

    private var counters: [Int64: Counters] = [:]
    private var people: [Int64: Person] = [:]

    init() {}

    /// - Throws: `IngestError` `.corrupt` when the stored bytes are no block.
    init(decoding bytes: [UInt8]) throws(IngestError) {
        do {
            let block = try bytes.withUnsafeBytes { try ActivityBlock(decoding: $0) }
            for entry in block.contributors {
                counters[entry.contributorId] = entry.counters ?? Counters()
                if !entry.login.isEmpty {
                    people[entry.contributorId] = Person(login: entry.login, bot: entry.bot)
                }
            }
        } catch {
            throw IngestError(.corrupt, "an activity block does not parse")
        }
    }

    /// Says who somebody is, as the day's events do.
    mutating func name(_ id: Int64, _ person: Person) {
        if !person.login.isEmpty { people[id] = person }
    }

    /// Adds what the day's own events gave a contributor.
    mutating func add(_ more: Counters, of id: Int64) {
        update(id) { $0.add(more) }
    }

    /// Says who somebody is, for everyone whom another source names.
    mutating func nameAll(of block: DayBlock) {
        for (id, person) in block.people {
            let bot = person.bot || people[id]?.bot ?? false
            people[id] = Person(login: person.login, bot: bot)
        }
    }

    /// Takes some counters of another source, by their places in `Counters.items`.
    mutating func take(_ block: DayBlock, items: [Int]) {
        guard !items.isEmpty else { return }
        for (id, counters) in block.counters {
            update(id) { mine in
                for place in items { mine[place] = counters[place] }
            }
        }
    }

    /// What nobody is known to have done.
    var unattributed: Counters { counters[0] ?? Counters() }

    /// Counts a merge or a review for whom it is credited to.
    mutating func credit(_ fact: PullFact, to id: Int64) {
        update(id) { $0.add(Counters(fact)) }
    }

    /// Takes a merge or a review away from whom it was credited to.
    /// - Throws: `IngestError` `.corrupt` when it is not there.
    mutating func debit(_ fact: PullFact, from id: Int64) throws(IngestError) {
        guard let rest = counters[id]?.subtracting(Counters(fact)) else {
            throw IngestError(.corrupt, "an activity block lacks what its facts say")
        }
        counters[id] = rest
    }

    /// Contributors with a counter above zero, nobody (0) included.
    var contributorCount: Int { counters.values.count { $0 != Counters() } }

    /// Everyone's counters together.
    var total: Counters {
        counters.values.reduce(into: Counters()) { $0.add($1) }
    }

    /// The bytes to store and to send: empty when nothing happened.
    var encoded: [UInt8] {
        let counted = counters.filter { $0.value != Counters() }
        let contributors = Set(counted.keys).union(people.keys).sorted().map { id in
            ContributorActivity(
                contributorId: id, login: people[id]?.login ?? "", bot: people[id]?.bot ?? false,
                counters: counted[id] ?? Counters())
        }
        var bytes: [UInt8] = []
        ActivityBlock(contributors: contributors).encode(into: &bytes)
        return bytes
    }

    private mutating func update(_ id: Int64, _ change: (inout Counters) -> Void) {
        change(&counters[id, default: Counters()])
    }
}
