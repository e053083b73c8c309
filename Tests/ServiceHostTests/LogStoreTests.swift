import Postgres
import ServiceKit
import TallyAPI
import TestKit
import Testing

@testable import ServiceHost

@Suite struct LogStoreTests {
    private func connection() throws -> PostgresConnection {
        let connection = try PostgresConnection(TestCluster.database())
        try connection.script(LogStore.schema)
        return connection
    }

    private func line(
        _ message: String, level: LogLevel = .info, job: String = "", repository: String = ""
    ) -> LogRecord {
        LogRecord(level: level, message: message, job: job, repository: repository)
    }

    private func read(
        _ connection: PostgresConnection, after seq: Int64 = 0, limit: Int32 = 100,
        _ filter: LogStore.Filter = LogStore.Filter()
    ) throws -> [LogLine] {
        let newest = try LogStore.bounds(in: connection).newest
        return try LogStore.read(after: seq, upTo: newest, limit: limit, filter, in: connection)
    }

    @Test func `lines are numbered from one, in the order written`() throws {
        let connection = try self.connection()
        try LogStore.append([self.line("a"), self.line("b")], in: connection)
        try LogStore.append([], in: connection)
        try LogStore.append([self.line("c")], in: connection)
        let lines = try self.read(connection)
        #expect(lines.map(\.seq) == [1, 2, 3])
        #expect(lines.map(\.message) == ["a", "b", "c"])
    }

    @Test func `a line keeps all that it was written with`() throws {
        let connection = try self.connection()
        let record = LogRecord(
            time: Timestamp(rawValue: 1_795_492_258_123_456), level: .error,
            message: "ü \"quoted\" \\ \u{1B}[31m", job: "j1", repository: "o/n",
            fields: ["k": "v\n"])
        try LogStore.append([record], in: connection)
        #expect(
            try self.read(connection) == [
                LogLine(
                    seq: 1, timeUs: 1_795_492_258_123_456, level: "error",
                    message: "ü \"quoted\" \\ \u{1B}[31m", job: "j1", repository: "o/n",
                    fieldsJson: #"{"k":"v\n"}"#)
            ])
    }

    @Test func `I6 a transaction that is rolled back leaves no gap`() throws {
        struct Undone: Error {}
        let connection = try self.connection()
        try LogStore.append([self.line("a")], in: connection)
        #expect(throws: Undone.self) {
            try connection.transaction { connection in
                try LogStore.append([self.line("lost")], in: connection)
                throw Undone()
            }
        }
        try LogStore.append([self.line("b")], in: connection)
        #expect(try self.read(connection).map(\.seq) == [1, 2])
    }

    @Test func `I6 many writers at once leave no gap and no number twice`() async throws {
        var configuration = try TestCluster.database()
        configuration.poolSize = 4
        let pool = PostgresPool(configuration)
        defer { pool.close() }
        try await pool.withConnection { try $0.script(LogStore.schema) }
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for writer in 0..<20 {
                tasks.addTask {
                    try await pool.transaction { connection in
                        try LogStore.append(
                            (0...writer % 3).map { self.line("\(writer) \($0)") }, in: connection)
                    }
                }
            }
            try await tasks.waitForAll()
        }
        let seqs = try await pool.withConnection { try self.read($0).map(\.seq) }
        #expect(seqs == Array(1...Int64(seqs.count)))
        #expect(seqs.count == (0..<20).reduce(0) { $0 + $1 % 3 + 1 })
    }

    @Test func `a reader gets lines of one job, one repository or one gravity`() throws {
        let connection = try self.connection()
        try LogStore.append(
            [
                self.line("1", job: "j", repository: "a/b"),
                self.line("2", level: .warning, repository: "a/b"),
                self.line("3", level: .error, job: "j"), self.line("4", level: .debug),
            ], in: connection)
        func messages(_ filter: LogStore.Filter) throws -> [String] {
            try self.read(connection, filter).map(\.message)
        }
        #expect(try messages(.init(job: "j")) == ["1", "3"])
        #expect(try messages(.init(repository: "a/b")) == ["1", "2"])
        #expect(try messages(.init(job: "j", repository: "a/b")) == ["1"])
        #expect(try messages(.init(levels: ["warning", "error"])) == ["2", "3"])
        #expect(try messages(.init(job: "other")) == [])
    }

    @Test func `reading goes on behind a number and stops at a limit`() throws {
        let connection = try self.connection()
        try LogStore.append((1...10).map { self.line("\($0)") }, in: connection)
        #expect(try self.read(connection, after: 4, limit: 3).map(\.seq) == [5, 6, 7])
        #expect(try self.read(connection, after: 10).isEmpty)
    }

    @Test(arguments: [(0, 10), (3, 7), (10, 0), (100, 0)] as [(Int64, Int64)])
    func `the last lines begin behind the right number`(count: Int64, start: Int64) throws {
        let connection = try self.connection()
        try LogStore.append((1...10).map { self.line("\($0)") }, in: connection)
        #expect(
            try LogStore.start(ofLast: count, LogStore.Filter(), in: connection) == start)
    }

    @Test func `FLT-37 old lines go, their numbers are never given again`() throws {
        let connection = try self.connection()
        let old = Timestamp(rawValue: SystemAccess.clock.now().rawValue - 31 * 86_400_000_000)
        try LogStore.append(
            [LogRecord(time: old, level: .info, message: "old"), self.line("new")], in: connection)
        try LogStore.prune(in: connection)
        #expect(try self.read(connection).map(\.message) == ["new"])
        #expect(try LogStore.bounds(in: connection) == (2, 2))
        try connection.execute("delete from log_lines")
        try LogStore.append([self.line("next")], in: connection)
        #expect(try self.read(connection).map(\.seq) == [3])
    }

    @Test func `a very long message is cut, not refused`() throws {
        let connection = try self.connection()
        let long = String(repeating: "x", count: 1_000_000)
        try LogStore.append([self.line(long)], in: connection)
        let message = try #require(try self.read(connection).first?.message)
        #expect(message.count == LogStore.messageMax)
    }
}
