import Postgres
import ServiceKit
import TallyAPI

/// Days as boards show them, put together from what each source said.
enum MergedDayStore {
    /// A day put together.
    struct Merged: Sendable {
        var block: DayBlock
        /// Of each counter, in the order of `Counters.items`.
        var sources: [String]
    }

    /// Puts days together anew and stores what they lack.
    static func compose(
        _ days: [CivilDay], of repositoryId: Int64, in connection: PostgresConnection
    ) throws -> [CivilDay: Merged] {
        let stored = try CoverageStore.sourceDays(days, of: repositoryId, in: connection)
        let facts = Dictionary(
            grouping: try PullFactStore.facts(of: repositoryId, days: days, in: connection),
            by: \.day)
        var merged: [CivilDay: Merged] = [:]
        for day in days {
            guard let rows = stored[day] else { continue }
            var blocks = Dictionary(
                rows.map { ($0.day.source, $0.block) }, uniquingKeysWith: { $1 })
            for fact in facts[day] ?? [] {
                if let id = fact.creditedId { blocks[fact.source]?.credit(fact, to: id) }
            }
            let sources = SourceMerge.sources(among: rows.map(\.day))
            let block = SourceMerge.block(blocks, sources: sources)
            merged[day] = Merged(block: block, sources: sources)
            try store(day, block, rows, sources, of: repositoryId, in: connection)
        }
        return merged
    }

    private static func store(
        _ day: CivilDay, _ block: DayBlock, _ rows: [CoverageStore.SourceRow],
        _ sources: [String], of repositoryId: Int64, in connection: PostgresConnection
    ) throws {
        let reasons = Dictionary(
            rows.map { ($0.day.source, $0.reasons) }, uniquingKeysWith: { $1 })
        let whole = Dictionary(
            rows.map { ($0.day.source, $0.day.isWhole) }, uniquingKeysWith: { $1 })
        try connection.execute(
            """
            insert into merged_days (repository_id, day, is_whole, sources, reasons)
            values ($1, date '1970-01-01' + $2::int, $3, $4::text[], $5::text[])
            on conflict (repository_id, day) do update
            set is_whole = excluded.is_whole, sources = excluded.sources,
                reasons = excluded.reasons
            """,
            [
                .int64(repositoryId), .int32(day.rawValue),
                .bool(sources.allSatisfy { whole[$0] == true }), .stringArray(sources),
                .stringArray(
                    DayCoverage.believed(sources: sources, reasons: reasons).map(\.rawValue)),
            ])
        try CoverageStore.replaceItems(
            DayCoverage.items(of: block, sources: sources, reasons: reasons),
            of: repositoryId, day: day, in: connection)
    }

    /// Rows of before the sources were kept apart: their block is what the followers see, without
    /// the facts credited there.
    static func fillBlocks(
        _ days: [CivilDay], of repositoryId: Int64, in connection: PostgresConnection
    ) throws {
        let rows = try connection.query(
            """
            select c.day - date '1970-01-01' as day, c.source, a.block
            from coverage_days c left join activity a using (repository_id, day)
            where c.repository_id = $1 and c.block is null
              and c.day in (select date '1970-01-01' + d from unnest($2::int[]) as d)
            """, [.int64(repositoryId), .int32Array(days.map(\.rawValue))])
        guard !rows.isEmpty else { return }
        let facts = Dictionary(
            grouping: try PullFactStore.facts(of: repositoryId, days: days, in: connection),
            by: \.day)
        for row in rows {
            let day = CivilDay(rawValue: try row.int32("day"))
            var block = try DayBlock(decoding: try row.optionalBytes("block") ?? [])
            for fact in facts[day] ?? [] {
                if let id = fact.creditedId { try block.debit(fact, from: id) }
            }
            try connection.execute(
                """
                update coverage_days set block = $4
                where repository_id = $1 and day = date '1970-01-01' + $2::int and source = $3
                """,
                [
                    .int64(repositoryId), .int32(day.rawValue), .string(try row.string("source")),
                    .bytes(block.encoded),
                ])
        }
    }

    /// Digests of what followers see of some days.
    static func published(
        _ days: [CivilDay], of repositoryId: Int64, in connection: PostgresConnection
    ) throws -> [CivilDay: [UInt8]] {
        guard !days.isEmpty else { return [:] }
        let rows = try connection.query(
            """
            select day - date '1970-01-01' as day, digest from activity
            where repository_id = $1
              and day in (select date '1970-01-01' + d from unnest($2::int[]) as d)
            """, [.int64(repositoryId), .int32Array(days.map(\.rawValue))])
        return try Dictionary(
            rows.map { (CivilDay(rawValue: try $0.int32("day")), try $0.bytes("digest")) },
            uniquingKeysWith: { $1 })
    }
}
