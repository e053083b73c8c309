import Postgres
import ServiceHost
import TallyAPI
import TestKit
import Testing

@testable import Ranking

/// From the layout before to this one: nobody sees a board go.
@Suite struct UpgradeTests {
    private static let former = """
        insert into cursors values ('scores', 'feed', 40, true, 40, 20000, 'default', 1);
        insert into repositories (repository_id, name) values (1, 'tide/harbor'), (2, 'moss/fern');
        insert into contributors values (5, 'ann', false), (7, 'mender[bot]', true);
        insert into board_scores
        select r, w, c, s, s / 10000, 0, 0, 0, 0, 0, 0, 0, 0, 0, 10, 20
        from unnest(array['all', '7d']) as w,
             (values (1, 5, 30000), (1, 7, 90000), (2, 5, 10000)) as rows (r, c, s);
        insert into boards
        select r, w, g, 1700000000000000 + g, 19000 + g, 40, 'default', 1, 20000, 10, 20, 2
        from unnest(array['all', '7d']) as w, unnest(array[0, 1, 2]) as r,
             generate_series(4, 6) as g;
        """

    @Test func `boards go on with their numbers, and the feed from where it was`() async throws {
        let database = try TestCluster.database(schema: "ranking")
        let steps = try RankingProgram.migrations.map {
            try Migration(file: $0.name, sql: $0.text)
        }
        _ = try Migrator([steps[0]], schema: "ranking").migrate(database)
        try PostgresConnection(database).script(Self.former)
        _ = try Migrator(steps, schema: "ranking").migrate(database)
        let owner = TestPool(database)
        let store = RankingStore(pool: owner.pool)
        #expect(try await store.cursor() == ("feed", 40, ""))
        let request = GetPageRequest(window: "all", bots: .include, page: 1, pageSize: 10)
        guard case .page(let global) = try await store.page(request) else {
            Issue.record("no global board")
            return
        }
        #expect(global.board?.generation == 6)
        #expect(global.entries.map(\.contributorId) == [7, 5])
        #expect(global.entries.map(\.score) == [90_000, 40_000])
        #expect(global.entries.map(\.rank) == [1, 2])
        // Everything is looked at once; nothing differs.
        _ = try await store.publish()
        #expect(try await store.findings().filter { !$0.holds } == [])
        #expect(try await store.watermarks() == Watermarks(applied: 40, published: 40))
        #expect(try await store.cursor().change == 40)
    }

    @Test func `what ended before is noted after, and so is what ends`() async throws {
        let database = try TestCluster.database(schema: "ranking")
        let steps = try RankingProgram.migrations.map {
            try Migration(file: $0.name, sql: $0.text)
        }
        let connection = try PostgresConnection(database)
        _ = try Migrator(Array(steps[..<4]), schema: "ranking").migrate(database)
        try connection.script(
            """
            insert into board_entries
            select r, 'all', c, 1, 9223372036854775807, -c, false, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                   1, 1, 1
            from generate_series(1, 2) r, generate_series(1, 6) c;
            update board_entries set gen_to = 2 where contributor_id < 3;
            update board_entries set gen_to = 3 where contributor_id = 3 and repository_id = 1;
            """)
        let before = try connection.query("select count(*) as n from ended_entries")[0]
        #expect(try before.int64("n") == 5)
        _ = try Migrator(steps, schema: "ranking").migrate(database)
        try connection.script("update board_entries set gen_to = 3 where contributor_id = 4")
        let noted = try connection.query(
            """
            select l.repository_id || ' ' || gen_to || ' ' || c || ' ' || f as words
            from ended_lists l, unnest(contributor_ids, gen_froms) as e (c, f) order by 1
            """)
        #expect(
            try noted.map { try $0.string("words") } == [
                "1 2 1 1", "1 2 2 1", "1 3 3 1", "1 3 4 1", "2 2 1 1", "2 2 2 1", "2 3 4 1",
            ])
        #expect(try connection.query("select 1 from ended_entries").isEmpty)
    }
}
