import Postgres
import RPC
import RPCCore
import ServiceKit
import TallyAPI
import Testing

@testable import ServiceHost

@Suite struct LogsHandlersTests {
    private func append(_ messages: [String], _ database: PostgresConfiguration) throws {
        try LogStore.append(
            messages.map { LogRecord(level: .info, message: $0) },
            in: try PostgresConnection(database))
    }

    /// A running service whose own first line is known to be there, and then these.
    private func running(_ messages: [String]) async throws -> (RunningTiny, PostgresConfiguration)
    {
        var database = try migratedDatabase()
        database.schema = "tiny"
        let tiny = try await RunningTiny.start(database)
        _ = await tiny.lines.first(with: "worker ran")
        try self.append(messages, database)
        return (tiny, database)
    }

    private func all(_ tiny: RunningTiny, _ request: TailRequest) async throws -> [LogLine] {
        try await LogsClient(tiny.channel).tail(request) { reader in
            var lines: [LogLine] = []
            while let batch = try await reader.next() { lines += batch.lines }
            return lines
        }
    }

    @Test func `a reader gets everything behind its cursor, once`() async throws {
        let (tiny, _) = try await self.running(["a", "b", "c"])
        let lines = try await self.all(tiny, TailRequest(start: .afterSeq(2)))
        #expect(lines.map(\.message) == ["b", "c"])
        #expect(lines.map(\.seq) == [3, 4])
        #expect(try await tiny.stop() == 0)
    }

    @Test func `the last lines come in order`() async throws {
        let (tiny, _) = try await self.running(["a", "b", "c"])
        let lines = try await self.all(tiny, TailRequest(start: .last(2)))
        #expect(lines.map(\.message) == ["b", "c"])
        #expect(try await tiny.stop() == 0)
    }

    @Test func `a follower gets new lines as they are written`() async throws {
        let (tiny, database) = try await self.running([])
        let request = TailRequest(start: .last(0), follow: true)
        let seen = try await LogsClient(tiny.channel).tail(
            request, options: CallOptions(timeout: .seconds(30))
        ) { reader in
            var lines: [LogLine] = []
            while let batch = try await reader.next() {
                if batch.caughtUp && lines.isEmpty { try self.append(["live"], database) }
                lines += batch.lines
                if !lines.isEmpty { break }
            }
            return lines
        }
        #expect(seen.map(\.message) == ["live"])
        #expect(try await tiny.stop() == 0)
    }

    @Test func `FLT-37 what is no longer kept is told as a gap`() async throws {
        let (tiny, database) = try await self.running(["a", "b", "c"])
        try PostgresConnection(database).execute("delete from log_lines where seq <= 3")
        let batch = try await LogsClient(tiny.channel).tail(TailRequest(start: .afterSeq(1))) {
            try await $0.next()
        }
        #expect(batch?.gapFrom == 2)
        #expect(batch?.gapTo == 3)
        #expect(batch?.lines.map(\.message) == ["c"])
        #expect(try await tiny.stop() == 0)
    }

    @Test(arguments: [
        TailRequest(start: .afterSeq(-1)), TailRequest(start: .last(1001)),
        TailRequest(level: "loud"),
    ])
    func `BAD-02 a wrong request is refused by its field`(request: TailRequest) async throws {
        let (tiny, _) = try await self.running([])
        let error = await #expect(throws: RPCError.self) {
            _ = try await self.all(tiny, request)
        }
        #expect(error?.code == .invalidArgument)
        #expect(try await tiny.stop() == 0)
    }

    @Test func `FLT-07 a drain sends followers back to their cursor`() async throws {
        let (tiny, _) = try await self.running([])
        async let code = tiny.stop(grace: 30_000)
        let error = await #expect(throws: RPCError.self) {
            _ = try await LogsClient(tiny.channel).tail(
                TailRequest(follow: true), options: CallOptions(timeout: .seconds(30))
            ) { reader in
                while try await reader.next() != nil {}
            }
        }
        #expect(error?.code == .unavailable)
        #expect(try await code == 0)
    }
}
