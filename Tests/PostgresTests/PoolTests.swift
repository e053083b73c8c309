import Postgres
import TestKit
import Testing

/// The pool against a real server.
@Suite struct PoolTests {
    @Test func `values of every type come back as they went`() async throws {
        let pool = PostgresPool(try TestCluster.database())
        let row = try await pool.withConnection { connection in
            try connection.query(
                """
                select $1::bigint as a, $2::int as b, $3::text as c, $4::bytea as d, $5::bool as e,
                       $6::float8 as f, $7::bigint[] as g, $8::text[] as h, $9::text as i
                """,
                [
                    .int64(.min), .int32(.max), .string("ä\"\\,{}'"), .bytes([0, 255, 92]),
                    .bool(true), .double(0.1), .int64Array([1, -2]),
                    .stringArray(["a b", "", "\"q\\", "NULL,{}"]), .null,
                ]
            )[0]
        }
        #expect(try row.int64("a") == .min)
        #expect(try row.int32("b") == .max)
        #expect(try row.string("c") == "ä\"\\,{}'")
        #expect(try row.bytes("d") == [0, 255, 92])
        #expect(try row.bool("e"))
        #expect(try row.double("f") == 0.1)
        #expect(try row.int64Array("g") == [1, -2])
        #expect(try row.stringArray("h") == ["a b", "", "\"q\\", "NULL,{}"])
        #expect(try row.optionalString("i") == nil)
        #expect(throws: PostgresError.self) { try row.string("i") }
        #expect(throws: PostgresError.self) { try row.string("nowhere") }
        pool.close()
    }

    @Test func `arrays of bytes and numbers unnest into rows`() async throws {
        let pool = PostgresPool(try TestCluster.database())
        let rows = try await pool.withConnection { connection in
            try connection.query(
                "select * from unnest($1::bytea[], $2::int[]) as t (b, n)",
                [.bytesArray([[1, 2], [], [255]]), .int32Array([3, 4, 5])])
        }
        #expect(try rows.map { try $0.bytes("b") } == [[1, 2], [], [255]])
        #expect(try rows.map { try $0.int32("n") } == [3, 4, 5])
        pool.close()
    }

    @Test func `a transaction that throws leaves nothing`() async throws {
        struct Stop: Error {}
        let pool = PostgresPool(try TestCluster.database())
        try await pool.withConnection { try $0.script("create table t (a int)") }
        await #expect(throws: Stop.self) {
            try await pool.transaction { connection in
                try connection.execute("insert into t values (1)")
                throw Stop()
            }
        }
        let count = try await pool.withConnection { connection in
            try connection.query("select count(*) as n from t")[0].int64("n")
        }
        #expect(count == 0)
        pool.close()
    }

    @Test func `a statement over its deadline is cancelled and the connection goes on`()
        async throws
    {
        let pool = PostgresPool(
            PostgresConfiguration(url: try TestCluster.database().url, poolSize: 1))
        let error = await #expect(throws: PostgresError.self) {
            try await pool.withConnection(deadline: .milliseconds(100)) { connection in
                try connection.query("select pg_sleep(60)")
            }
        }
        #expect(error?.code == .timeout)
        let one = try await pool.withConnection { try $0.query("select 1 as n")[0].int32("n") }
        #expect(one == 1)
        pool.close()
    }

    @Test func `errors are told apart by their SQLSTATE`() async throws {
        let pool = PostgresPool(try TestCluster.database())
        let codes = try await pool.withConnection { connection -> [PostgresError.Code] in
            try connection.script("create table t (a int primary key check (a > 0))")
            try connection.execute("insert into t values (1)")
            return [
                "insert into t values (1)", "insert into t values (0)", "select * from nowhere",
            ].map { (sql: String) -> PostgresError.Code in
                do throws(PostgresError) {
                    try connection.execute(sql)
                    return .other
                } catch { return error.code }
            }
        }
        #expect(codes == [.uniqueViolation, .constraint, .schema])
        pool.close()
    }

    @Test func `a connection that the server ended is replaced`() async throws {
        var configuration = try TestCluster.database()
        configuration.poolSize = 1
        let pool = PostgresPool(configuration)
        let pid = try await pool.withConnection {
            try $0.query("select pg_backend_pid() as p")[0].int32("p")
        }
        let other = try PostgresConnection(configuration)
        try other.query("select pg_terminate_backend($1)", [.int32(pid)])
        let error = await #expect(throws: PostgresError.self) {
            while true { _ = try await pool.withConnection { try $0.query("select 1") } }
        }
        #expect(error?.isUnavailable == true)
        let again = try await pool.withConnection {
            try $0.query("select pg_backend_pid() as p")[0].int32("p")
        }
        #expect(again != pid)
        pool.close()
    }

    @Test func `a database that is away is named as such`() async throws {
        let pool = PostgresPool(
            PostgresConfiguration(url: "postgresql://x@127.0.0.1:1/x", poolSize: 1))
        let error = await #expect(throws: PostgresError.self) {
            try await pool.withConnection { try $0.query("select 1") }
        }
        #expect(error?.code == .unavailable)
        pool.close()
    }

    @Test func `a listener hears of a notification`() async throws {
        let configuration = try TestCluster.database()
        let (notes, continuation) = AsyncStream<String>.makeStream()
        let listener = PostgresListener(configuration, channels: ["news"]) { _, text in
            continuation.yield(text)
        }
        var iterator = notes.makeAsyncIterator()
        // The empty one says that it listens now.
        #expect(await iterator.next() == "")
        let connection = try PostgresConnection(configuration)
        try connection.query("select pg_notify('news', 'hello')")
        #expect(await iterator.next() == "hello")
        listener.close()
    }
}
