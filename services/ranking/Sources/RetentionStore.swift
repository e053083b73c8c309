import Postgres
import ServiceKit

/// Which generations are kept, and what goes with those that are not.
enum RetentionStore {
    /// Generations of a board that are kept, besides the last one of each UTC day.
    static let kept: Int64 = 3
    /// Days for which the last generation of a day is kept.
    static let keptDays: Int32 = 30

    /// Drops generations of the boards in `cut`, and the entries that no kept one shows. What that
    /// costs follows what changed between them.
    static func drop(
        _ facts: PublicationStore.Facts, in connection: PostgresConnection
    ) throws {
        let dropped = try connection.query(
            """
            delete from generations g using cut c
            where g.repository_id = c.repository_id and g.window_name = c.window_name
              and g.generation <= c.generation - $1
              and (g.published_day < $2 or exists (
                select 1 from generations later where later.repository_id = g.repository_id
                  and later.window_name = g.window_name and later.published_day = g.published_day
                  and later.generation > g.generation))
            returning g.repository_id, g.window_name, g.generation
            """, [.int64(Self.kept), .int32(facts.day - Self.keptDays)])
        guard !dropped.isEmpty else { return }
        try connection.execute(
            """
            with ranges as materialized (
              select d.*,
                     (select coalesce(max(generation), 0) from generations
                      where repository_id = d.r and window_name = d.w and generation < d.g) as low,
                     (select min(generation) from generations
                      where repository_id = d.r and window_name = d.w and generation > d.g) as high
              from unnest($1::bigint[], $2::text[], $3::bigint[]) as d (r, w, g)),
            lists as materialized (
              select distinct on (l.tid) l.*, d.low from ranges d cross join lateral (
                select *, ctid as tid from ended_lists
                where repository_id = d.r and window_name = d.w
                  and gen_to > d.g and gen_to <= d.high offset 0) l),
            ended as materialized (
              select l.repository_id, l.window_name, l.gen_to, u.id, u.gen_from,
                     u.gen_from > l.low as is_gone
              from lists l, unnest(l.contributor_ids, l.gen_froms) as u (id, gen_from)),
            former as (
              delete from ended_lists where ctid = any (array(select tid from lists))),
            rest as (
              insert into ended_lists
              select repository_id, window_name, gen_to, array_agg(id), array_agg(gen_from)
              from ended where not is_gone group by repository_id, window_name, gen_to)
            delete from board_entries where ctid = any (array(
              select e.ctid from ended d cross join lateral (
                select ctid from board_entries
                where repository_id = d.repository_id and window_name = d.window_name
                  and contributor_id = d.id and gen_from = d.gen_from offset 0) e
              where d.is_gone))
            """,
            [
                .int64Array(try dropped.map { try $0.int64("repository_id") }),
                .stringArray(try dropped.map { try $0.string("window_name") }),
                .int64Array(try dropped.map { try $0.int64("generation") }),
            ])
    }

    /// Takes people off the kept generations, too: a pinned page must not show them any more.
    static func erase(_ people: [Int64], in connection: PostgresConnection) throws {
        guard !people.isEmpty else { return }
        let rows = try connection.query(
            """
            with gone as (delete from board_entries where contributor_id = any ($1::bigint[])
                          returning *)
            select g.repository_id, g.window_name, g.generation, e.place, e.contributor_id, e.bot
            from gone e join generations g on g.repository_id = e.repository_id
              and g.window_name = e.window_name and g.generation >= e.gen_from
              and g.generation < e.gen_to
            """, [.int64Array(people)])
        for row in rows {
            let key = BoardKey(
                repositoryID: try row.int64("repository_id"),
                window: try row.string("window_name"))
            let generation = try row.int64("generation")
            guard
                let head = try GenerationStore.head(key, generation: generation, in: connection)
            else { continue }
            var map = try MapStore.read(head, in: connection)
            map.remove(
                BoardMap.Key(
                    place: try row.int64("place"), id: try row.int64("contributor_id")),
                bot: try row.bool("bot"))
            try MapStore.write(map, head, in: connection)
        }
    }
}
