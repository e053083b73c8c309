import Postgres
import TallyAPI

/// Who people are: names with their history, and whether they are bots and why.
enum PersonStore {
    /// What a batch says of one person: the newest day wins.
    private struct Seen {
        var login: String
        var isBot: Bool
        var day: Int32
    }

    /// Takes the names of a batch.
    static func merge(
        _ blocks: [ContributionStore.Block], in connection: PostgresConnection
    ) throws {
        var seen: [Int64: Seen] = [:]
        for (row, block) in blocks {
            for person in block.contributors where person.contributorId != 0 {
                guard !person.login.isEmpty else { continue }
                if let known = seen[person.contributorId], known.day > row.day { continue }
                seen[person.contributorId] = Seen(
                    login: person.login, isBot: person.bot, day: row.day)
            }
        }
        guard !seen.isEmpty else { return }
        let ids = seen.keys.sorted()
        let people = ids.compactMap { seen[$0] }
        try self.keepFormer(ids, people, in: connection)
        try connection.execute(
            self.upsert,
            [
                .int64Array(ids), .stringArray(people.map(\.login)),
                .boolArray(people.map(\.isBot)), .int32Array(people.map(\.day)),
            ])
    }

    /// Who is new or another than before gets a number of the feed at once.
    private static let upsert = """
        insert into github_users (contributor_id, login, bot, bot_reason, seen_day, change)
        select id, new.login, new.bot, case when new.bot then reason else '' end, day,
               (\(FeedStore.end)) + row_number() over (order by id)
        from unnest($1::bigint[], $2::text[], $3::bool[], $4::int[]) as new (id, login, bot, day)
        left join github_users u on u.contributor_id = new.id
        cross join lateral (select case when new.login like '%[bot]' then 'login ends in [bot]'
                                   else 'the source says type Bot' end as reason) r
        where u.contributor_id is null or (new.day >= u.seen_day and new.login <> u.login)
           or (new.bot and not u.bot)
        on conflict (contributor_id) do update
        set login = case when excluded.seen_day >= github_users.seen_day
                         then excluded.login else github_users.login end,
            bot = github_users.bot or excluded.bot,
            bot_reason = case when github_users.bot then github_users.bot_reason
                              else excluded.bot_reason end,
            seen_day = greatest(github_users.seen_day, excluded.seen_day),
            change = excluded.change
        """

    private static func keepFormer(
        _ ids: [Int64], _ people: [Seen], in connection: PostgresConnection
    ) throws {
        let parameters: [PostgresValue] = [
            .int64Array(ids), .stringArray(people.map(\.login)), .int32Array(people.map(\.day)),
        ]
        // The login that is replaced, and one that an older day still shows.
        try connection.execute(
            """
            insert into former_logins (contributor_id, login, last_day)
            select u.contributor_id,
                   case when new.day >= u.seen_day then u.login else new.login end,
                   least(new.day, u.seen_day)
            from unnest($1::bigint[], $2::text[], $3::int[]) as new (id, login, day)
            join github_users u on u.contributor_id = new.id and u.login <> new.login
            on conflict (contributor_id, login) do update
            set last_day = greatest(former_logins.last_day, excluded.last_day)
            """, parameters)
    }

    /// The person who bears a login now, or bore it last while nobody else does; a linked
    /// account's is the person it belongs to. Nil for nobody, and for who opted out.
    static func find(_ login: String, in connection: PostgresConnection) throws -> Person? {
        guard let account = try self.account(login, in: connection) else { return nil }
        let row = try connection.query(
            """
            select coalesce(canonical_id, contributor_id) as id, hidden from github_users
            where contributor_id = $1
            """, [.int64(account)]
        ).first
        guard let row, try !row.bool("hidden") else { return nil }
        return try self.read(try row.int64("id"), in: connection)
    }

    /// The account that bears a login now, or bore it last while nobody else does.
    static func account(_ login: String, in connection: PostgresConnection) throws -> Int64? {
        let row = try connection.query(
            """
            select contributor_id from (
              select contributor_id, 0 as rank, seen_day as day from github_users
              where lower(login) = lower($1)
              union all
              select contributor_id, 1, last_day from former_logins where lower(login) = lower($1)
            ) bearers order by rank, day desc, contributor_id limit 1
            """, [.string(login)]
        ).first
        return try row?.int64("contributor_id")
    }

    static func read(_ id: Int64, in connection: PostgresConnection) throws -> Person? {
        let rows = try connection.query(
            """
            select u.login, u.bot, u.bot_reason,
                   coalesce((select array_agg(f.login order by f.last_day desc) from former_logins f
                    where f.contributor_id = u.contributor_id and f.login <> u.login), '{}')
                    as former,
                   coalesce((select array_agg(a.login order by a.login) from github_users a
                    where a.canonical_id = u.contributor_id), '{}') as linked
            from github_users u where u.contributor_id = $1
            """, [.int64(id)])
        guard let row = rows.first else { return nil }
        return Person(
            contributorId: id, login: try row.string("login"),
            formerLogins: try row.stringArray("former"), bot: try row.bool("bot"),
            botReason: try row.string("bot_reason"),
            linkedLogins: try row.stringArray("linked"))
    }
}
