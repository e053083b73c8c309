import Postgres
import TallyAPI

/// Scores, names and repositories as last received.
enum BoardScoreStore {
    static let counters = [
        "commits", "prs_opened", "prs_merged", "prs_reviewed", "issues_opened", "issues_closed",
        "comments", "releases", "lines_added", "lines_deleted",
    ]
    static let counterList = counters.joined(separator: ", ")

    private static func values(_ counters: Counters?) -> [Int64] {
        let c = counters ?? Counters()
        return [
            c.commits, c.prsOpened, c.prsMerged, c.prsReviewed, c.issuesOpened, c.issuesClosed,
            c.comments, c.releases, c.linesAdded, c.linesDeleted,
        ].map { Int64(clamping: $0) }
    }

    static func apply(_ batch: ScoreBatch, in connection: PostgresConnection) throws {
        try self.applyRepositories(batch.repositories, in: connection)
        try self.applyPeople(batch.people, in: connection)
        // A row may come twice in one batch after a retry upstream: the later one stands.
        let rows = batch.scores.filter { $0.formulaVersion == batch.formulaVersion }
        try self.remove(rows.filter(\.removed), in: connection)
        try self.write(rows.filter { !$0.removed }, in: connection)
        try self.markDirty(rows.map { ($0.repositoryId, $0.window) }, in: connection)
    }

    private static func remove(_ rows: [ScoreRow], in connection: PostgresConnection) throws {
        guard !rows.isEmpty else { return }
        try connection.execute(
            """
            delete from board_scores s
            using unnest($1::text[], $2::bigint[], $3::bigint[]) as gone (w, r, c)
            where s.window_name = gone.w and s.repository_id = gone.r and s.contributor_id = gone.c
            """,
            [
                .stringArray(rows.map(\.window)), .int64Array(rows.map(\.repositoryId)),
                .int64Array(rows.map(\.contributorId)),
            ])
    }

    private static func write(_ rows: [ScoreRow], in connection: PostgresConnection) throws {
        guard !rows.isEmpty else { return }
        let values = rows.map { self.values($0.counters) }
        let columns = self.counters.indices.map { index in
            PostgresValue.int64Array(values.map { $0[index] })
        }
        let parameters = (7...16).map { "$\($0)::bigint[]" }.joined(separator: ", ")
        let updates = (["score", "first_day", "last_day"] + self.counters)
            .map { "\($0) = excluded.\($0)" }.joined(separator: ", ")
        try connection.execute(
            """
            insert into board_scores (window_name, repository_id, contributor_id, score, first_day,
              last_day, \(self.counterList))
            select * from unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5::int[],
              $6::int[], \(parameters))
            on conflict (window_name, repository_id, contributor_id) do update set \(updates)
            """,
            [
                .stringArray(rows.map(\.window)), .int64Array(rows.map(\.repositoryId)),
                .int64Array(rows.map(\.contributorId)), .int64Array(rows.map(\.score)),
                .int32Array(rows.map(\.firstDay)), .int32Array(rows.map(\.lastDay)),
            ] + columns)
    }

    /// The boards themselves, and the global one of each window.
    private static func markDirty(
        _ boards: [(Int64, String)], in connection: PostgresConnection
    ) throws {
        let keys = Set(boards.map { BoardKey(repositoryID: $0.0, window: $0.1) })
        let all = keys.union(
            keys.map { BoardKey(repositoryID: BoardKey.globalID, window: $0.window) })
        guard !all.isEmpty else { return }
        let sorted = all.sorted { ($0.repositoryID, $0.window) < ($1.repositoryID, $1.window) }
        try connection.execute(
            """
            insert into dirty_boards select * from unnest($1::bigint[], $2::text[])
            on conflict do nothing
            """,
            [.int64Array(sorted.map(\.repositoryID)), .stringArray(sorted.map(\.window))])
    }

    private static func applyPeople(
        _ people: [PersonRow], in connection: PostgresConnection
    ) throws {
        guard !people.isEmpty else { return }
        try connection.execute(
            """
            insert into contributors (contributor_id, login, bot)
            select * from unnest($1::bigint[], $2::text[], $3::bool[])
            on conflict (contributor_id) do update
            set login = excluded.login, bot = excluded.bot
            """,
            [
                .int64Array(people.map(\.contributorId)), .stringArray(people.map(\.login)),
                .boolArray(people.map(\.bot)),
            ])
        // A name or a bot's flag stands in the entries: those boards are cut again.
        let rows = try connection.query(
            """
            select distinct repository_id, window_name from board_scores
            where contributor_id = any ($1::bigint[])
            """, [.int64Array(people.map(\.contributorId))])
        try self.markDirty(
            try rows.map { (try $0.int64("repository_id"), try $0.string("window_name")) },
            in: connection)
    }

    private static func applyRepositories(
        _ repositories: [RepositoryRow], in connection: PostgresConnection
    ) throws {
        for row in repositories {
            var coverage: [UInt8] = []
            row.coverage?.encode(into: &coverage)
            try connection.execute(
                """
                insert into repositories (repository_id, name, removed, demonstration, coverage)
                values ($1, $2, $3, $4, $5)
                on conflict (repository_id) do update
                set name = excluded.name, removed = excluded.removed,
                    demonstration = excluded.demonstration, coverage = excluded.coverage
                """,
                [
                    .int64(row.repositoryId), .string(row.name), .bool(row.removed),
                    .bool(row.demonstration), .bytes(coverage),
                ])
            guard row.removed else { continue }
            try connection.execute(
                "delete from board_scores where repository_id = $1", [.int64(row.repositoryId)])
            try self.markDirty(
                BoardKey.windows.map { (row.repositoryId, $0.name) }, in: connection)
        }
    }

    /// Everything comes again: nothing of the former upstream may stay.
    static func forgetAll(in connection: PostgresConnection) throws {
        let rows = try connection.query(
            "select distinct repository_id, window_name from board_scores")
        try self.markDirty(
            try rows.map { (try $0.int64("repository_id"), try $0.string("window_name")) },
            in: connection)
        try connection.execute("delete from board_scores")
        try connection.execute("update repositories set removed = true")
    }
}
