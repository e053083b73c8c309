import Postgres
import TallyAPI

/// Which accounts are one person, and who wants to be on no board. Decisions are rows that stay;
/// what they come to is kept beside the names, for joins.
enum IdentityStore {
    /// Who decided, and why.
    struct Decision: Hashable, Sendable {
        let author: String
        let reason: String
    }

    private static let now = "(extract(epoch from clock_timestamp()) * 1000000)::bigint"

    // MARK: Groups

    /// The account that is shown for an account: itself, or the one it is linked to in the end.
    static func root(of account: Int64, in connection: PostgresConnection) throws -> Int64 {
        let rows = try connection.query(
            """
            with recursive up as (
              select $1::bigint as id, 0 as depth
              union all
              select a.contributor_id, depth + 1
              from up join aliases a on a.alias_id = up.id and a.undone_us is null)
            select id from up order by depth desc limit 1
            """, [.int64(account)])
        return try rows.first?.int64("id") ?? account
    }

    /// An account that is shown, and those whose work counts for it.
    static func accounts(of root: Int64, in connection: PostgresConnection) throws -> [Int64] {
        try connection.query(
            """
            with recursive down as (
              select $1::bigint as id
              union
              select a.alias_id
              from down join aliases a on a.contributor_id = down.id and a.undone_us is null)
            select id from down order by id
            """, [.int64(root)]
        ).map { try $0.int64("id") }
    }

    /// Writes down what the decisions come to for the group of a root.
    private static func settle(_ root: Int64, in connection: PostgresConnection) throws {
        try connection.execute(
            """
            with person as (
              select id, case when id <> $1 then $1 end as canonical,
                     exists (select 1 from opt_outs o where o.undone_us is null
                             and o.contributor_id = any ($2::bigint[])) as hidden
              from unnest($2::bigint[]) as id)
            update github_users u
            set canonical_id = p.canonical, hidden = p.hidden, change = 0
            from person p where u.contributor_id = p.id
              and (u.canonical_id is distinct from p.canonical or u.hidden <> p.hidden)
            """,
            [.int64(root), .int64Array(try self.accounts(of: root, in: connection))])
    }

    /// Every score that any of the accounts may have had or have now.
    private static func touched(
        _ accounts: [Int64], in connection: PostgresConnection
    ) throws -> TouchedPairs {
        var touched = TouchedPairs()
        let rows = try connection.query(
            """
            select distinct repository_id from contributions
            where contributor_id = any ($1::bigint[])
            """, [.int64Array(accounts)])
        for row in rows {
            for account in accounts { touched.add(try row.int64("repository_id"), account) }
        }
        return touched
    }

    // MARK: Links

    /// What a link or a look at one came to.
    enum Linked: Sendable {
        case done(root: Int64, changed: Bool, TouchedPairs)
        /// Nobody bears this login.
        case unknown(String)
        /// They are one person already, the other way round.
        case circle
        /// The other account is linked to somebody else.
        case taken
    }

    static func link(
        _ login: String, _ other: String, _ decision: Decision,
        in connection: PostgresConnection
    ) throws -> Linked {
        guard let account = try PersonStore.account(login, in: connection) else {
            return .unknown(login)
        }
        guard let alias = try PersonStore.account(other, in: connection) else {
            return .unknown(other)
        }
        let root = try self.root(of: account, in: connection)
        let bound = try connection.query(
            "select contributor_id from aliases where alias_id = $1 and undone_us is null",
            [.int64(alias)]
        ).first?.int64("contributor_id")
        if let bound {
            return try self.root(of: bound, in: connection) == root && root != alias
                ? .done(root: root, changed: false, TouchedPairs()) : .taken
        }
        guard alias != root else { return .circle }
        try connection.execute(
            """
            insert into aliases (contributor_id, alias_id, at_us, author, reason)
            values ($1, $2, \(self.now), $3, $4)
            """,
            [
                .int64(root), .int64(alias), .string(decision.author), .string(decision.reason),
            ])
        try self.settle(root, in: connection)
        let all = try self.accounts(of: root, in: connection)
        return .done(root: root, changed: true, try self.touched(all, in: connection))
    }

    static func unlink(
        _ login: String, _ other: String, _ decision: Decision,
        in connection: PostgresConnection
    ) throws -> Linked {
        guard let account = try PersonStore.account(login, in: connection) else {
            return .unknown(login)
        }
        guard let alias = try PersonStore.account(other, in: connection) else {
            return .unknown(other)
        }
        let root = try self.root(of: account, in: connection)
        let all = try self.accounts(of: root, in: connection)
        guard alias != root, all.contains(alias) else {
            return .done(root: root, changed: false, TouchedPairs())
        }
        try connection.execute(
            """
            update aliases set undone_us = \(self.now), undone_by = $2, undone_because = $3
            where alias_id = $1 and undone_us is null
            """, [.int64(alias), .string(decision.author), .string(decision.reason)])
        try self.settle(root, in: connection)
        try self.settle(alias, in: connection)
        return .done(root: root, changed: true, try self.touched(all, in: connection))
    }

    // MARK: Opt-outs

    /// Takes a person off every board, or back; nil when nobody bears the login.
    static func setOptOut(
        _ isOut: Bool, _ login: String, _ decision: Decision, in connection: PostgresConnection
    ) throws -> (changed: Bool, touched: TouchedPairs)? {
        guard let account = try PersonStore.account(login, in: connection) else { return nil }
        let root = try self.root(of: account, in: connection)
        let all = try self.accounts(of: root, in: connection)
        let changed = try connection.execute(
            isOut ? self.optOut : self.optIn,
            [.int64Array(all), .string(decision.author), .string(decision.reason)])
        guard changed > 0 else { return (false, TouchedPairs()) }
        try self.settle(root, in: connection)
        return (true, try self.touched(all, in: connection))
    }

    /// Every account by itself: whoever is unlinked later stays away.
    private static let optOut = """
        insert into opt_outs (contributor_id, at_us, author, reason)
        select a.account, \(now), $2, $3 from unnest($1::bigint[]) as a (account)
        where not exists (select 1 from opt_outs o where o.contributor_id = a.account
                          and o.undone_us is null)
        """

    private static let optIn = """
        update opt_outs set undone_us = \(now), undone_by = $2, undone_because = $3
        where contributor_id = any ($1::bigint[]) and undone_us is null
        """

    // MARK: History

    /// Decisions about an account, or about everybody for "", newest first.
    static func changes(
        _ login: String, limit: Int32, in connection: PostgresConnection
    ) throws -> [IdentityChange] {
        let account = login.isEmpty ? nil : try PersonStore.account(login, in: connection)
        if account == nil && !login.isEmpty { return [] }
        let rows = try connection.query(
            """
            select d.*, u.login, coalesce(o.login, '') as other from (
              select 'link' as kind, contributor_id, alias_id, at_us, author, reason, undone_us,
                     undone_by, undone_because from aliases
              union all
              select 'opt-out', contributor_id, null, at_us, author, reason, undone_us, undone_by,
                     undone_because from opt_outs) d
            join github_users u on u.contributor_id = d.contributor_id
            left join github_users o on o.contributor_id = d.alias_id
            where $1::bigint is null or d.contributor_id = $1 or d.alias_id = $1
            order by greatest(d.at_us, coalesce(d.undone_us, 0)) desc limit $2
            """, [account.map { .int64($0) } ?? .null, .int32(limit)])
        return try rows.map { row in
            IdentityChange(
                kind: try row.string("kind"), contributorId: try row.int64("contributor_id"),
                login: try row.string("login"), other: try row.string("other"),
                atUs: try row.int64("at_us"), author: try row.string("author"),
                reason: try row.string("reason"),
                undoneAtUs: try row.optionalInt64("undone_us") ?? 0,
                undoneBy: try row.optionalString("undone_by") ?? "",
                undoneBecause: try row.optionalString("undone_because") ?? "")
        }
    }
}
