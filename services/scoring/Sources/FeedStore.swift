import Postgres
import ServiceHost
import TallyAPI

/// The score feed: numbers given out under a lock just before the commit, and reading along them.
enum FeedStore {
    /// Until the commit nobody else gives out numbers, or drops tombstones.
    static func lock(in connection: PostgresConnection) throws {
        try connection.query(
            "select pg_advisory_xact_lock(hashtextextended('score_feed', 0))")
    }

    /// The last number that was given out, by this transaction, too.
    static let end = """
        select greatest(last_change, (select max(change) from scores),
                        (select max(change) from github_users),
                        (select max(change) from repositories)) as base
        from score_feed
        """

    /// Numbers people and repositories that wait for it, and moves the feed's end behind everything
    /// that has one. Nothing slow may follow in the transaction.
    ///
    /// - Parameter activityChange: what the rows stand for upstream; nil when nothing was followed.
    static func publish(
        activityChange: Int64?, in connection: PostgresConnection
    ) throws {
        try self.lock(in: connection)
        for (table, key) in [
            ("github_users", "contributor_id"), ("repositories", "repository_id"),
        ] {
            try connection.execute(
                """
                with feed as (\(self.end)),
                waiting as (
                  select \(key) as id, row_number() over (order by \(key)) as place
                  from \(table) where change = 0)
                update \(table) t set change = feed.base + waiting.place
                from waiting, feed where t.\(key) = waiting.id
                """)
        }
        try self.moveEnd(activityChange, in: connection)
    }

    private static func moveEnd(
        _ activityChange: Int64?, in connection: PostgresConnection
    ) throws {
        let row = try connection.query(
            """
            update score_feed set last_change = feed.base from (\(self.end)) feed
            returning last_change
            """
        ).first
        guard let activityChange, let row else { return }
        try connection.execute(
            """
            insert into progress_marks (score_change, activity_change) values ($1, $2)
            on conflict (score_change) do update
            set activity_change = greatest(progress_marks.activity_change, excluded.activity_change)
            """, [.int64(try row.int64("last_change")), .int64(activityChange)])
        // Older marks of what is published serve nobody; the newest of them does.
        try connection.execute(
            """
            delete from progress_marks m using followers f
            where f.follower = 'ranking' and m.score_change < (
              select max(score_change) from progress_marks where score_change <= f.published)
            """)
    }

    /// Takes what is said of repositories; rows that differ wait for their number.
    static func store(
        _ repositories: [RepositoryRow], _ epoch: Int32, in connection: PostgresConnection
    ) throws {
        for row in repositories {
            var coverage: [UInt8] = []
            row.coverage?.encode(into: &coverage)
            try connection.execute(
                """
                insert into repositories
                  (repository_id, name, removed, demonstration, coverage, epoch, change)
                values ($1, $2, $3, $4, $5, $6, 0)
                on conflict (repository_id) do update
                set name = excluded.name, removed = excluded.removed,
                    demonstration = excluded.demonstration, coverage = excluded.coverage,
                    epoch = excluded.epoch,
                    change = case when (repositories.name, repositories.removed,
                                        repositories.demonstration, repositories.coverage)
                      = (excluded.name, excluded.removed, excluded.demonstration,
                         excluded.coverage) then repositories.change else 0 end
                """,
                [
                    .int64(row.repositoryId), .string(row.name), .bool(row.removed),
                    .bool(row.demonstration), .bytes(coverage), .int32(epoch),
                ])
        }
    }

    static func head(in connection: PostgresConnection) throws -> (id: String, change: Int64) {
        guard let row = try connection.query("select feed_id, last_change from score_feed").first
        else { throw PostgresError(.schema, "score_feed has no row") }
        return (try row.string("feed_id"), try row.int64("last_change"))
    }

    /// Rows of one batch (pipeline.md section 1).
    static let rowsMax: Int64 = 1000

    /// What comes behind a number, in order of the numbers, all kinds of rows together.
    static func read(
        after change: Int64, limit: Int64, in connection: PostgresConnection
    ) throws -> (batch: ScoreBatch, change: Int64, caughtUp: Bool) {
        try connection.execute("set transaction isolation level repeatable read")
        let facts = try connection.query(
            """
            select feed_id, last_change, as_of_day, swept_change, f.name, f.version, f.id,
                   f.ready_change
            from score_feed, formulas f where f.active
            """
        ).first
        guard let facts else { throw PostgresError(.schema, "no formula is active") }
        let end = try connection.query(
            """
            select coalesce(max(change), $1) as change, count(*) as found from (
              select change from (
                (select change from scores where change > $1 order by change limit $2)
                union all
                (select change from github_users where change > $1 order by change limit $2)
                union all
                (select change from repositories where change > $1 order by change limit $2)) kinds
              order by change limit $2) batch
            """, [.int64(change), .int64(limit)])[0]
        let isFull = try end.int64("found") == limit
        let last = isFull ? try end.int64("change") : try facts.int64("last_change")
        let range: [PostgresValue] = [.int64(change), .int64(last)]
        let batch = ScoreBatch(
            feedId: try facts.string("feed_id"), scores: try self.scores(range, in: connection),
            people: try self.people(range, in: connection),
            repositories: try self.repositories(range, in: connection), change: max(last, change),
            caughtUp: !isFull, asOfDay: try facts.int32("as_of_day"),
            formulaName: try facts.string("name"),
            formulaVersion: UInt32(try facts.int32("version")),
            formulaReady: FormulaReady(
                formulaId: UInt32(try facts.int32("id")), name: try facts.string("name"),
                version: UInt32(try facts.int32("version")),
                change: try facts.int64("ready_change")),
            proof: try FeedMarks.proof(
                of: max(last, change), swept: try facts.int64("swept_change"), in: connection))
        return (batch, max(last, change), !isFull)
    }

    private static func scores(
        _ range: [PostgresValue], in connection: PostgresConnection
    ) throws -> [ScoreRow] {
        let rows = try connection.query(
            """
            select change, formula_version, repository_id, contributor_id, window_name, score,
                   \(CounterColumns.list), first_day, last_day, removed
            from scores where change > $1 and change <= $2 order by change
            """, range)
        return try rows.map { row in
            ScoreRow(
                change: try row.int64("change"),
                formulaVersion: UInt32(try row.int32("formula_version")),
                repositoryId: try row.int64("repository_id"),
                contributorId: try row.int64("contributor_id"),
                window: try row.string("window_name"), score: try row.int64("score"),
                counters: try row.bool("removed") ? nil : try row.counters(),
                firstDay: try row.int32("first_day"),
                lastDay: try row.int32("last_day"), removed: try row.bool("removed"))
        }
    }

    private static func people(
        _ range: [PostgresValue], in connection: PostgresConnection
    ) throws -> [PersonRow] {
        let rows = try connection.query(
            """
            select change, contributor_id, case when hidden then '' else login end as login, bot,
                   bot_reason, coalesce(canonical_id, 0) as canonical_id, hidden
            from github_users
            where change > $1 and change <= $2 order by change
            """, range)
        return try rows.map { row in
            PersonRow(
                change: try row.int64("change"), contributorId: try row.int64("contributor_id"),
                login: try row.string("login"), bot: try row.bool("bot"),
                botReason: try row.string("bot_reason"),
                canonicalId: try row.int64("canonical_id"), hidden: try row.bool("hidden"))
        }
    }

    private static func repositories(
        _ range: [PostgresValue], in connection: PostgresConnection
    ) throws -> [RepositoryRow] {
        let rows = try connection.query(
            """
            select change, repository_id, name, removed, demonstration, coverage from repositories
            where change > $1 and change <= $2 order by change
            """, range)
        return try rows.map { row in
            let coverage = try row.bytes("coverage")
            return RepositoryRow(
                change: try row.int64("change"), repositoryId: try row.int64("repository_id"),
                name: try row.string("name"), removed: try row.bool("removed"),
                demonstration: try row.bool("demonstration"),
                coverage: coverage.isEmpty
                    ? nil : try coverage.withUnsafeBytes { try CoverageNote(decoding: $0) })
        }
    }
}

extension PostgresRow {
    /// The ten counters of a row that has their columns.
    func counters() throws -> Counters {
        Counters(values: try CounterColumns.names.map { try self.int64($0) })
    }
}
