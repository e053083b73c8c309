import Postgres
import ServiceKit
import TallyAPI

/// The heads of new generations, each with the map of its order.
enum MapStore {
    private static let board = "repository_id = $1 and window_name = $2"

    private static func board(_ table: String) -> String {
        "\(table).repository_id = $1 and \(table).window_name = $2"
    }

    /// A board of which more than one entry in so many moved is mapped anew by the database.
    private static let fewShare: Int64 = 2

    /// Writes the heads of what is cut.
    ///
    /// - Returns: how many.
    static func writeHeads(
        _ facts: PublicationStore.Facts, in connection: PostgresConnection
    ) throws -> Int {
        let count = try connection.execute(self.heads, self.values(facts))
        guard count > 0 else { return 0 }
        let many = try connection.query(
            "select 1 from cut c where c.moved > 0 and (\(self.manyMoved)) limit 1")
        if !many.isEmpty { try self.mapAnew(where: self.manyMoved, in: connection) }
        let rows = try connection.query(
            """
            select c.repository_id, c.window_name from cut c
            where c.moved > 0 and not (\(self.manyMoved))
            """)
        for row in rows {
            let key = BoardKey(
                repositoryID: try row.int64("repository_id"),
                window: try row.string("window_name"))
            try self.move(key, in: connection)
        }
        return count
    }

    private static func values(_ facts: PublicationStore.Facts) -> [PostgresValue] {
        [
            .int64(facts.nowUs), .int32(facts.day), .int64(facts.change),
            .string(facts.formulaName), .int32(facts.formulaVersion), .int32(facts.asOfDay),
        ]
    }

    /// Heads with the former generation's map; where entries moved it is brought up to date next.
    private static let heads = """
        insert into generations
        select c.repository_id, c.window_name, c.generation, $1, $2, $3, $4, $5, $6,
               coalesce(g.first_day, 0), coalesce(g.last_day, 0),
               coalesce(g.entries, 0) + coalesce(m.came, 0) - coalesce(m.went, 0),
               coalesce(g.stretch_places, '{}'), coalesce(g.stretch_ids, '{}'),
               coalesce(g.stretch_entries, '{}'), coalesce(g.stretch_bots, '{}')
        from cut c
        left join generations g on g.repository_id = c.repository_id
          and g.window_name = c.window_name and g.generation = c.former
        left join (
          select repository_id, window_name, count(place) as came, count(old_place) as went
          from moved group by 1, 2) m
          on m.repository_id = c.repository_id and m.window_name = c.window_name
        """

    /// Of a board in `cut c`: whether much of it moved.
    private static let manyMoved = """
        c.moved * \(fewShare)
        > (select entries from generations h where h.repository_id = c.repository_id
           and h.window_name = c.window_name and h.generation = c.generation)
        """

    /// Maps the newest generation of boards in `cut c` from their entries.
    static func mapAnew(
        where condition: String = "true", in connection: PostgresConnection
    ) throws {
        try connection.execute(
            """
            with wanted as (select c.* from cut c where \(condition))
            update generations g
            set entries = coalesce(m.entries, 0), stretch_places = coalesce(m.places, '{}'),
                stretch_ids = coalesce(m.ids, '{}'), stretch_entries = coalesce(m.counts, '{}'),
                stretch_bots = coalesce(m.bots, '{}'), first_day = coalesce(m.first_day, 0),
                last_day = coalesce(m.last_day, 0)
            from wanted w cross join lateral (\(self.map) offset 0) m
            where g.repository_id = w.repository_id and g.window_name = w.window_name
              and g.generation = w.generation
            """)
    }

    /// The map of the board `w` from its entries: read along their order, nothing is sorted.
    private static let map = """
        select sum(entries) as entries, array_agg(place order by stretch) as places,
               array_agg(id order by stretch) as ids, array_agg(entries order by stretch) as counts,
               array_agg(bots order by stretch) as bots, min(first_day) as first_day,
               max(last_day) as last_day
        from (
          select n / \(BoardMap.stretchEntries) as stretch,
                 max(place) filter (where n % \(BoardMap.stretchEntries) = 0) as place,
                 max(contributor_id) filter (where n % \(BoardMap.stretchEntries) = 0) as id,
                 count(*)::int as entries, (count(*) filter (where bot))::int as bots,
                 min(first_day) as first_day, max(last_day) as last_day
          from (
            select place, contributor_id, bot, first_day, last_day,
                   row_number() over (order by place, contributor_id) - 1 as n
            from board_entries where repository_id = w.repository_id
              and window_name = w.window_name and gen_to = \(PublicationStore.open)) placed
          group by 1) stretches
        """

    /// Brings the map of a board of which little moved up to date.
    private static func move(_ key: BoardKey, in connection: PostgresConnection) throws {
        guard let head = try GenerationStore.head(key, generation: 0, in: connection) else {
            return
        }
        var map = try self.read(head, in: connection)
        let rows = try connection.query(
            """
            select contributor_id, old_place, old_bot, place, bot from moved
            where \(self.board)
            """, key.values)
        for row in rows {
            let id = try row.int64("contributor_id")
            if let place = try row.optionalInt64("old_place") {
                map.remove(BoardMap.Key(place: place, id: id), bot: try row.bool("old_bot"))
            }
        }
        for row in rows {
            let id = try row.int64("contributor_id")
            if let place = try row.optionalInt64("place") {
                map.add(BoardMap.Key(place: place, id: id), bot: try row.bool("bot"))
            }
        }
        for range in map.overlong {
            map.cut(range.from, along: try self.keys(key, range.from, range.to, in: connection))
        }
        if map.isSparse { map = BoardMap(keys: try self.keys(key, nil, nil, in: connection)) }
        try self.write(map, head, in: connection)
        try self.updateDays(head, in: connection)
    }

    private static func keys(
        _ key: BoardKey, _ from: BoardMap.Key?, _ to: BoardMap.Key?,
        in connection: PostgresConnection
    ) throws -> [(key: BoardMap.Key, bot: Bool)] {
        let (from, to) = (
            from ?? BoardMap.Key(place: .min, id: .min), to ?? BoardMap.Key(place: .max, id: .max)
        )
        return try connection.query(
            """
            select place, contributor_id, bot from board_entries
            where \(self.board) and gen_to = \(PublicationStore.open)
              and (place, contributor_id) >= ($3, $4) and (place, contributor_id) < ($5, $6)
            order by place, contributor_id
            """,
            key.values + [.int64(from.place), .int64(from.id), .int64(to.place), .int64(to.id)]
        ).map { row in
            (
                BoardMap.Key(place: try row.int64("place"), id: try row.int64("contributor_id")),
                try row.bool("bot")
            )
        }
    }

    /// The days of the data: they must be looked for only when whoever stood at an end moved away
    /// from it to the inside. Who goes on past the end, as people do day by day, takes it along.
    private static func updateDays(
        _ head: GenerationStore.Head, in connection: PostgresConnection
    ) throws {
        try connection.execute(
            """
            update generations g
            set first_day = case when m.lost_first or g.first_day = 0 then
                  coalesce((select min(first_day) from board_entries e where \(self.board("e"))
                            and e.gen_to = \(PublicationStore.open)), 0)
                  else least(g.first_day, coalesce(m.first_day, g.first_day)) end,
                last_day = case when m.lost_last or g.last_day = 0 then
                  coalesce((select max(last_day) from board_entries e where \(self.board("e"))
                            and e.gen_to = \(PublicationStore.open)), 0)
                  else greatest(g.last_day, coalesce(m.last_day, g.last_day)) end
            from (select min(n.first_day) as first_day, max(n.last_day) as last_day,
                         coalesce(bool_or(n.old_first = h.first_day), false)
                           and coalesce(min(n.first_day) > min(h.first_day), true) as lost_first,
                         coalesce(bool_or(n.old_last = h.last_day), false)
                           and coalesce(max(n.last_day) < max(h.last_day), true) as lost_last
                  from moved n, generations h
                  where \(self.board("n")) and \(self.board("h")) and h.generation = $3) m
            where \(self.board("g")) and g.generation = $3
            """, head.key.values + [.int64(head.generation)])
    }

    static func read(
        _ head: GenerationStore.Head, in connection: PostgresConnection
    ) throws -> BoardMap {
        let row = try connection.query(
            """
            select stretch_places, stretch_ids, stretch_entries, stretch_bots from generations
            where \(self.board) and generation = $3
            """, head.key.values + [.int64(head.generation)]
        ).first
        guard let row else { return BoardMap() }
        let (places, ids) = (
            try row.int64Array("stretch_places"), try row.int64Array("stretch_ids")
        )
        let (entries, bots) = (
            try row.int32Array("stretch_entries"), try row.int32Array("stretch_bots")
        )
        guard places.count == ids.count, ids.count == entries.count, entries.count == bots.count
        else { throw PostgresError(.decoding, "a generation's map has columns of two lengths") }
        return BoardMap(
            stretches: places.indices.map { index in
                BoardMap.Stretch(
                    first: BoardMap.Key(place: places[index], id: ids[index]),
                    entries: Int64(entries[index]), bots: Int64(bots[index]))
            })
    }

    static func write(
        _ map: BoardMap, _ head: GenerationStore.Head, in connection: PostgresConnection
    ) throws {
        try connection.execute(
            """
            update generations
            set stretch_places = $4, stretch_ids = $5, stretch_entries = $6, stretch_bots = $7,
                entries = $8
            where \(self.board) and generation = $3
            """,
            head.key.values + [
                .int64(head.generation), .int64Array(map.stretches.map(\.first.place)),
                .int64Array(map.stretches.map(\.first.id)),
                .int32Array(map.stretches.map { Int32(clamping: $0.entries) }),
                .int32Array(map.stretches.map { Int32(clamping: $0.bots) }),
                .int64(map.total(.include)),
            ])
    }
}
