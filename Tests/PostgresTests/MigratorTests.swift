import Postgres
import TestKit
import Testing

/// Schemas come up to date in steps, or not at all.
@Suite struct MigratorTests {
    private func step(_ file: String, _ sql: String) throws -> Migration {
        try Migration(file: file, sql: Array(sql.utf8))
    }

    @Test func `steps are applied once, in order`() throws {
        let database = try TestCluster.database(schema: "svc")
        let first = try self.step("m0001_a.sql", "create table t (a int)")
        let second = try self.step(
            "m0002_b.sql", "alter table t add b int; insert into t values (1, 2)")
        #expect(try Migrator([first], schema: "svc").migrate(database) == ["a"])
        #expect(try Migrator([second, first], schema: "svc").migrate(database) == ["b"])
        #expect(try Migrator([first, second], schema: "svc").migrate(database) == [])
        let connection = try PostgresConnection(database)
        #expect(try connection.query("select b from svc.t")[0].int32("b") == 2)
    }

    @Test func `FLT-32 a step that fails leaves nothing of itself and is tried again`() throws {
        let database = try TestCluster.database(schema: "svc")
        let first = try self.step("m0001_a", "create table t (a int)")
        let broken = try self.step("m0002_b", "create table u (a int); select nonsense")
        let migrator = try Migrator([first, broken], schema: "svc")
        #expect(throws: PostgresError.self) { try migrator.migrate(database) }
        let connection = try PostgresConnection(database)
        #expect(try connection.query("select to_regclass('svc.u')::text as u")[0].isNull("u"))
        let mended = try self.step("m0002_b", "create table u (a int)")
        #expect(try Migrator([first, mended], schema: "svc").migrate(database) == ["b"])
    }

    @Test func `FLT-32 a changed old step and a newer schema are refused by name`() throws {
        let database = try TestCluster.database(schema: "svc")
        let first = try self.step("m0001_a", "create table t (a int)")
        let second = try self.step("m0002_b", "create table u (a int)")
        _ = try Migrator([first, second], schema: "svc").migrate(database)
        let changed = try self.step("m0001_a", "create table t (a bigint)")
        let error = #expect(throws: PostgresError.self) {
            try Migrator([changed, second], schema: "svc").migrate(database)
        }
        #expect(error?.message.contains("m1_a") == true)
        let newer = #expect(throws: PostgresError.self) {
            try Migrator([first], schema: "svc").migrate(database)
        }
        #expect(newer?.message.contains("version 2") == true)
    }

    @Test func `FLT-32 two at once apply each step once`() async throws {
        let database = try TestCluster.database(schema: "svc")
        let first = try self.step("m0001_a", "select pg_sleep(0.05); create table t (a int)")
        let migrator = try Migrator([first], schema: "svc")
        let done = try await withThrowingTaskGroup(of: [String].self) { tasks in
            for _ in 0..<2 { tasks.addTask { try migrator.migrate(database) } }
            return try await tasks.reduce(into: [String]()) { $0 += $1 }
        }
        #expect(done == ["a"])
    }

    @Test(arguments: ["initial", "m1_a", "m0000_a", "x0001_a", "m0001"])
    func `BAD-15 a file name without its number is refused by name`(file: String) {
        let error = #expect(throws: PostgresError.self) { try self.step(file, "") }
        #expect(error?.message.contains(file) == true)
    }

    @Test func `BAD-15 missing and doubled numbers are refused by name`() throws {
        let steps = try [self.step("m0001_a", ""), self.step("m0003_c", "")]
        let error = #expect(throws: PostgresError.self) { try Migrator(steps, schema: "s") }
        #expect(error?.message.contains("c") == true)
        let doubled = try [self.step("m0001_a", ""), self.step("m0001_b", "")]
        #expect(throws: PostgresError.self) { try Migrator(doubled, schema: "s") }
    }
}
