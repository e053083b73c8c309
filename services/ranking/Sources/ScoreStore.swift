import Postgres
import TallyAPI

/// Scores, names and repositories as last received: what the next generations are cut from.
enum ScoreStore {
    static let counters = [
        "commits", "prs_opened", "prs_merged", "prs_reviewed", "issues_opened", "issues_closed",
        "comments", "releases", "lines_added", "lines_deleted",
    ]
    static let counterList = counters.joined(separator: ", ")

    /// A list with each counter put into a pattern in place of `*`.
    static func mapped(_ pattern: String) -> String {
        self.counters.map { pattern.replacing("*", with: $0) }.joined(separator: ", ")
    }

    static func apply(
        _ batch: ScoreBatch, epoch: Int32, in connection: PostgresConnection
    ) throws {
        try self.applyRepositories(batch, epoch, in: connection)
        try self.applyPeople(batch.people, in: connection)
        try self.write(batch.scores, epoch, in: connection)
    }

    private static func write(
        _ rows: [ScoreRow], _ epoch: Int32, in connection: PostgresConnection
    ) throws {
        guard !rows.isEmpty else { return }
        let values = rows.map { ($0.counters ?? Counters()).listed }
        let columns = self.counters.indices.map { index in
            PostgresValue.int64Array(values.map { $0[index] })
        }
        let parameters = (11...20).map { "$\($0)::bigint[]" }.joined(separator: ", ")
        let updates =
            (["score", "first_day", "last_day", "removed", "epoch", "change"] + self.counters)
            .map { "\($0) = excluded.\($0)" }.joined(separator: ", ")
        try connection.execute(
            """
            insert into scores (epoch, formula_id, window_name, repository_id, contributor_id,
              score, first_day, last_day, removed, change, \(self.counterList))
            select $1, * from unnest($2::int[], $3::text[], $4::bigint[], $5::bigint[],
              $6::bigint[], $7::int[], $8::int[], $9::bool[], $10::bigint[], \(parameters))
            on conflict (formula_id, window_name, repository_id, contributor_id)
            do update set \(updates)
            """,
            [
                .int32(epoch), .int32Array(rows.map { Int32(clamping: $0.formulaVersion) }),
                .stringArray(rows.map(\.window)), .int64Array(rows.map(\.repositoryId)),
                .int64Array(rows.map(\.contributorId)), .int64Array(rows.map(\.score)),
                .int32Array(rows.map(\.firstDay)), .int32Array(rows.map(\.lastDay)),
                .boolArray(rows.map(\.removed)), .int64Array(rows.map(\.change)),
            ] + columns)
    }

    private static func applyPeople(
        _ people: [PersonRow], in connection: PostgresConnection
    ) throws {
        guard !people.isEmpty else { return }
        try connection.execute(
            """
            insert into contributors (contributor_id, login, bot, canonical_id, hidden, change)
            select * from unnest($1::bigint[], $2::text[], $3::bool[], $4::bigint[], $5::bool[],
              $6::bigint[])
            on conflict (contributor_id) do update
            set login = excluded.login, bot = excluded.bot, canonical_id = excluded.canonical_id,
                hidden = excluded.hidden, change = excluded.change
            """,
            [
                .int64Array(people.map(\.contributorId)), .stringArray(people.map(\.login)),
                .boolArray(people.map(\.bot)), .int64Array(people.map(\.canonicalId)),
                .boolArray(people.map(\.hidden)), .int64Array(people.map(\.change)),
            ])
    }

    private static func applyRepositories(
        _ batch: ScoreBatch, _ epoch: Int32, in connection: PostgresConnection
    ) throws {
        for row in batch.repositories {
            var coverage: [UInt8] = []
            row.coverage?.encode(into: &coverage)
            try connection.execute(
                """
                insert into repositories
                  (repository_id, name, removed, demonstration, coverage, epoch, change)
                values ($1, $2, $3, $4, $5, $6, $7)
                on conflict (repository_id) do update
                set name = excluded.name, removed = excluded.removed,
                    demonstration = excluded.demonstration, coverage = excluded.coverage,
                    epoch = excluded.epoch, change = excluded.change
                """,
                [
                    .int64(row.repositoryId), .string(row.name), .bool(row.removed),
                    .bool(row.demonstration), .bytes(coverage), .int32(epoch), .int64(batch.change),
                ])
            guard row.removed else { continue }
            try connection.execute(
                """
                update scores set removed = true, change = $2
                where repository_id = $1 and not removed
                """, [.int64(row.repositoryId), .int64(batch.change)])
        }
    }

    /// What was not sent again since the cursor was set to 0 is not upstream any more.
    static func sweep(
        before epoch: Int32, change: Int64, in connection: PostgresConnection
    ) throws {
        let values: [PostgresValue] = [.int32(epoch), .int64(change)]
        try connection.execute(
            "update scores set removed = true, change = $2 where epoch < $1 and not removed",
            values)
        try connection.execute(
            "update repositories set removed = true, change = $2 where epoch < $1 and not removed",
            values)
    }

    /// Drops what published boards no longer need: tombstones, and scores of other formulas.
    static func drop(
        published: Int64, formula: Int32, in connection: PostgresConnection
    ) throws {
        try connection.execute(
            "delete from scores where removed and change <= $1", [.int64(published)])
        // The first of them is one look into the index; without it the planner may read them all.
        try connection.execute(
            """
            delete from scores
            where formula_id < $1 and (select min(formula_id) from scores) < $1
            """, [.int32(formula)])
    }
}

extension Counters {
    /// The values in the order of the columns.
    var listed: [Int64] {
        [
            self.commits, self.prsOpened, self.prsMerged, self.prsReviewed, self.issuesOpened,
            self.issuesClosed, self.comments, self.releases, self.linesAdded, self.linesDeleted,
        ].map { Int64(clamping: $0) }
    }

    /// From values in that order; negative ones, which no feed sends, count as 0.
    init(listed values: [Int64]) {
        let counts = values.map { UInt64(max(0, $0)) }
        self.init(
            commits: counts[0], prsOpened: counts[1], prsMerged: counts[2], prsReviewed: counts[3],
            issuesOpened: counts[4], issuesClosed: counts[5], comments: counts[6],
            releases: counts[7], linesAdded: counts[8], linesDeleted: counts[9])
    }
}
