import Postgres
import ServiceKit

/// The names of repositories, with the times at which events carried them.
enum NameStore {
    /// A name as it was seen.
    struct Sighting: Hashable, Sendable {
        var name: String
        var firstUs: Int64
        var lastUs: Int64
    }

    /// Widens what is known; the order of the calls makes no difference.
    static func record(
        _ names: [Sighting], of repositoryId: Int64, in connection: PostgresConnection
    ) throws {
        guard !names.isEmpty else { return }
        try connection.execute(
            """
            insert into repository_names as n
              (repository_id, name, name_key, first_seen_us, last_seen_us)
            select $1, name, lower(name), min(first_us), max(last_us)
            from unnest($2::text[], $3::bigint[], $4::bigint[]) as seen (name, first_us, last_us)
            group by name
            on conflict (repository_id, name) do update
            set first_seen_us = least(n.first_seen_us, excluded.first_seen_us),
                last_seen_us = greatest(n.last_seen_us, excluded.last_seen_us)
            where n.first_seen_us > excluded.first_seen_us
               or n.last_seen_us < excluded.last_seen_us
            """,
            [
                .int64(repositoryId), .stringArray(names.map(\.name)),
                .int64Array(names.map(\.firstUs)), .int64Array(names.map(\.lastUs)),
            ])
    }

    /// A name that still leads to a repository although nothing carries it now.
    /// - Parameter beforeUs: when the present name was seen; this one is the older of the two.
    static func alias(
        _ name: String, of repositoryId: Int64, beforeUs: Int64,
        in connection: PostgresConnection
    ) throws {
        try connection.execute(
            """
            insert into repository_names
              (repository_id, name, name_key, first_seen_us, last_seen_us)
            select $1, $2, lower($2), $3, $3
            where not exists (select 1 from repository_names
                              where repository_id = $1 and name_key = lower($2))
            """, [.int64(repositoryId), .string(name), .int64(max(0, beforeUs - 1))])
    }

    /// The name that was seen last; nil when none is known.
    static func current(
        of repositoryId: Int64, in connection: PostgresConnection
    ) throws -> String? {
        try all(of: [repositoryId], in: connection)[repositoryId]?.first?.name
    }

    /// All names, the one seen last first.
    static func all(
        of repositoryIds: [Int64], in connection: PostgresConnection
    ) throws -> [Int64: [Sighting]] {
        let rows = try connection.query(
            """
            select repository_id, name, first_seen_us, last_seen_us from repository_names
            where repository_id = any($1::bigint[])
            order by repository_id, last_seen_us desc, first_seen_us desc, name
            """, [.int64Array(repositoryIds)])
        var names: [Int64: [Sighting]] = [:]
        for row in rows {
            names[try row.int64("repository_id"), default: []].append(
                Sighting(
                    name: try row.string("name"), firstUs: try row.int64("first_seen_us"),
                    lastUs: try row.int64("last_seen_us")))
        }
        return names
    }

    /// The tracked repository that was the last to have a name, in any letter case.
    static func owner(
        of name: String, in connection: PostgresConnection
    ) throws -> Int64? {
        try connection.query(
            """
            select n.repository_id as id
            from repository_names n join repositories r on r.id = n.repository_id
            where n.name_key = lower($1) and r.removed_at is null
            order by n.last_seen_us desc, r.id limit 1
            """, [.string(name)]
        ).first?.int64("id")
    }
}
