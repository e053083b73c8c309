import Crypto
import Postgres
import ServiceKit
import TallyAPI

/// Replaces what one source said of a day of a repository, and puts together what boards show of
/// every day that this concerns.
///
/// Works inside the caller's transaction and takes the feed's numbers last.
enum DayStore {
    /// A day as a source read it, ready to be stored.
    struct Day: Sendable {
        var repositoryId: Int64
        var day: CivilDay
        var jobId: String
        var source: String
        var names: [NameStore.Sighting]
        /// What does not depend on other days, names included.
        var block: DayBlock
        var facts: [PullFact]
        var openings: [PullOpening]
        var hoursExpected: Int
        var coverage: DayCoverage
        /// What the source itself counted.
        var counted: Counters
        /// Counters that it cannot tell.
        var lacks: Set<String>
        var fingerprint: [UInt8]?
    }

    /// What storing a day changed.
    struct Outcome: Hashable, Sendable {
        /// The highest number given; nil = the followers see what they saw before.
        var change: Int64?
        /// Days renumbered, the replaced one among them when it is different now.
        var days: [CivilDay]
        /// Contributors of the day, nobody left out.
        var contributors: Int
    }

    /// Replaces the day.
    static func replace(_ new: Day, in connection: PostgresConnection) throws -> Outcome {
        let affected = try replaceFacts(of: new, in: connection)
        let days = try MergedDayStore.compose(affected, of: new.repositoryId, in: connection)
        try NameStore.record(new.names, of: new.repositoryId, in: connection)
        return try publish(days, of: new, in: connection)
    }

    /// - Returns: the days whose blocks are others now, perhaps.
    private static func replaceFacts(
        of new: Day, in connection: PostgresConnection
    ) throws -> [CivilDay] {
        var numbers = try PullFactStore.numbers(
            of: new.repositoryId, day: new.day, in: connection)
        numbers.formUnion(new.facts.map(\.number))
        numbers.formUnion(new.openings.map(\.number))
        let stored = try PullFactStore.facts(
            of: new.repositoryId, numbers: numbers.sorted(), in: connection)
        let openings = try PullFactStore.openings(
            of: new.repositoryId, numbers: numbers.sorted(), in: connection)
        let concerned = Set(stored.map(\.day)).union([new.day]).sorted()
        try MergedDayStore.fillBlocks(concerned, of: new.repositoryId, in: connection)
        try CoverageStore.replace(new, in: connection)
        let sources = try CoverageStore.sourceDays(
            concerned, of: new.repositoryId, in: connection)
        let replacement = DayReplacement(
            day: new.day, source: new.source, facts: new.facts, openings: new.openings,
            storedFacts: stored, storedOpenings: openings
        ) { SourceMerge.isBelieved($0, among: sources[$0.day]?.map(\.day) ?? []) }
        try PullFactStore.replace(
            day: new.day, source: new.source, of: new.repositoryId, facts: replacement.facts,
            openings: new.openings, in: connection)
        try PullFactStore.credit(
            replacement.moves.map(\.fact), of: new.repositoryId, in: connection)
        return Set(replacement.moves.map(\.fact.day)).union([new.day]).sorted()
    }

    /// Gives numbers to what followers see differently now, and to nothing else.
    private static func publish(
        _ days: [CivilDay: MergedDayStore.Merged], of new: Day, in connection: PostgresConnection
    ) throws -> Outcome {
        let known = try MergedDayStore.published(
            Array(days.keys), of: new.repositoryId, in: connection)
        let changed = days.sorted { $0.key < $1.key }.compactMap { day, merged in
            let bytes = merged.block.encoded
            let digest = SHA256.digest(bytes)
            // A day on which nothing ever happened needs no row.
            if bytes.isEmpty, known[day] == nil { return FeedStore.Day?.none }
            guard known[day] != digest else { return nil }
            return FeedStore.Day(
                repositoryId: new.repositoryId, day: day, block: bytes, digest: digest,
                contributors: merged.block.contributorCount, sources: merged.sources)
        }
        // The same numbers of another source are no news for followers.
        try FeedStore.name(
            days.mapValues(\.sources), of: new.repositoryId, in: connection)
        let face = try changedFace(of: new.repositoryId, in: connection)
        let count = changed.count + (face == nil ? 0 : 1)
        var outcome = Outcome(
            change: nil, days: changed.map(\.day),
            contributors: days[new.day]?.block.contributorCount ?? 0)
        guard count > 0 else { return outcome }
        let first = try FeedStore.takeNumbers(count, in: connection)
        let last = first + Int64(count) - 1
        if let face {
            try RepositoryStore.write(face, of: new.repositoryId, change: first, in: connection)
        }
        try FeedStore.write(changed, from: last - Int64(changed.count) + 1, in: connection)
        outcome.change = last
        return outcome
    }

    /// The name and coverage that followers should see, when they see others now.
    static func changedFace(
        of repositoryId: Int64, in connection: PostgresConnection
    ) throws -> RepositoryStore.Face? {
        guard let before = try RepositoryStore.face(of: repositoryId, in: connection) else {
            return nil
        }
        var face = before
        face.coverage = try CoverageStore.summary(of: repositoryId, in: connection)
        face.name = try NameStore.current(of: repositoryId, in: connection) ?? before.name
        return face == before ? nil : face
    }
}
