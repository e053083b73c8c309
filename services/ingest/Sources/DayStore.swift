import Crypto
import Postgres
import ServiceKit
import TallyAPI

/// Replaces a day of a repository: what it holds, what it does to other days, what it lacks.
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
        let replacement = try replaceFacts(of: new, in: connection)
        var blocks = try movedBlocks(replacement.moves, of: new.repositoryId, in: connection)
        var block = new.block
        for fact in replacement.facts {
            if let id = fact.creditedId { block.credit(fact, to: id) }
        }
        blocks[new.day] = block
        try replaceCoverage(of: new, blocks: blocks, in: connection)
        try NameStore.record(new.names, of: new.repositoryId, in: connection)
        return try publish(blocks, of: new, contributors: block.contributorCount, in: connection)
    }

    private static func replaceFacts(
        of new: Day, in connection: PostgresConnection
    ) throws -> DayReplacement {
        var numbers = try PullFactStore.numbers(
            of: new.repositoryId, day: new.day, in: connection)
        numbers.formUnion(new.facts.map(\.number))
        numbers.formUnion(new.openings.map(\.number))
        let affected = numbers.sorted()
        let replacement = DayReplacement(
            day: new.day, facts: new.facts, openings: new.openings,
            storedFacts: try PullFactStore.facts(
                of: new.repositoryId, numbers: affected, in: connection),
            storedOpenings: try PullFactStore.openings(
                of: new.repositoryId, numbers: affected, in: connection))
        try PullFactStore.replace(
            day: new.day, of: new.repositoryId, facts: replacement.facts, openings: new.openings,
            in: connection)
        try PullFactStore.credit(
            replacement.moves.map(\.fact), of: new.repositoryId, in: connection)
        return replacement
    }

    private static func movedBlocks(
        _ moves: [DayReplacement.Move], of repositoryId: Int64,
        in connection: PostgresConnection
    ) throws -> [CivilDay: DayBlock] {
        let byDay = Dictionary(grouping: moves, by: \.fact.day)
        var blocks: [CivilDay: DayBlock] = [:]
        for (day, stored) in try stored(
            Array(byDay.keys), of: repositoryId, in: connection)
        {
            var block = try DayBlock(decoding: stored.block)
            for move in byDay[day] ?? [] {
                if let from = move.from { try block.debit(move.fact, from: from) }
                if let to = move.fact.creditedId { block.credit(move.fact, to: to) }
            }
            blocks[day] = block
        }
        return blocks
    }

    private static func replaceCoverage(
        of new: Day, blocks: [CivilDay: DayBlock], in connection: PostgresConnection
    ) throws {
        try CoverageStore.replace(
            CoverageStore.Day(
                repositoryId: new.repositoryId, day: new.day, jobId: new.jobId,
                source: new.source, hoursExpected: new.hoursExpected, coverage: new.coverage,
                fingerprint: new.fingerprint), in: connection)
        let known = try CoverageStore.known(
            Array(blocks.keys), of: new.repositoryId, in: connection)
        for (day, block) in blocks {
            guard let coverage = known[day] else { continue }
            let items = DayCoverage.items(
                of: block.total, reasons: coverage.reasons,
                unattributed: block.unattributedMerges)
            try CoverageStore.replaceItems(
                items, of: new.repositoryId, day: day, source: coverage.source, in: connection)
        }
    }

    /// Gives numbers to what followers see differently now, and to nothing else.
    private static func publish(
        _ blocks: [CivilDay: DayBlock], of new: Day, contributors: Int,
        in connection: PostgresConnection
    ) throws -> Outcome {
        let known = try stored(Array(blocks.keys), of: new.repositoryId, in: connection)
        let changed = blocks.keys.sorted().compactMap { day -> FeedStore.Day? in
            let block = blocks[day] ?? DayBlock()
            let bytes = block.encoded
            let digest = SHA256.digest(bytes)
            // A day on which nothing ever happened needs no row.
            if bytes.isEmpty, known[day] == nil { return nil }
            guard known[day]?.digest != digest else { return nil }
            return FeedStore.Day(
                repositoryId: new.repositoryId, day: day, block: bytes, digest: digest,
                contributors: block.contributorCount, source: new.source)
        }
        let face = try changedFace(of: new.repositoryId, in: connection)
        let count = changed.count + (face == nil ? 0 : 1)
        var outcome = Outcome(change: nil, days: changed.map(\.day), contributors: contributors)
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

    private static func stored(
        _ days: [CivilDay], of repositoryId: Int64, in connection: PostgresConnection
    ) throws -> [CivilDay: (block: [UInt8], digest: [UInt8])] {
        guard !days.isEmpty else { return [:] }
        let rows = try connection.query(
            """
            select day - date '1970-01-01' as day, block, digest from activity
            where repository_id = $1
              and day in (select date '1970-01-01' + d from unnest($2::int[]) as d)
            """, [.int64(repositoryId), .int32Array(days.map(\.rawValue))])
        return try Dictionary(
            rows.map {
                (
                    CivilDay(rawValue: try $0.int32("day")),
                    (try $0.bytes("block"), try $0.bytes("digest"))
                )
            }, uniquingKeysWith: { $1 })
    }
}
