import HTTPClient
import TestKit
import Testing

@Suite(.timeLimit(.minutes(2))) struct HTTPPoolTests {
    @Test func `many tasks ask, a few threads answer them all`() async throws {
        let server = try ScriptedHTTPServer { request, _ in .answer(200, [], request.target) }
        defer { server.close() }
        let pool = HTTPPool(agent: "test", threads: 3)
        let bodies = try await withThrowingTaskGroup(of: String.self) { group in
            for number in 0..<50 {
                group.addTask {
                    let answer = try await pool.send(.init(url: "\(server.url)/\(number)"))
                    return String(decoding: answer.body, as: UTF8.self)
                }
            }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(bodies == Set((0..<50).map { "/\($0)" }))
    }

    @Test func `SRC-09 a cancelled task gets its end within a second, stalled or waiting`()
        async throws
    {
        let server = try ScriptedHTTPServer([.stall])
        defer { server.close() }
        let pool = HTTPPool(agent: "test", threads: 1)
        let tasks = (0..<3).map { _ in Task { try await pool.send(.init(url: server.url)) } }
        while server.requests.isEmpty { await Task.yield() }
        let start = ContinuousClock.now
        for task in tasks { task.cancel() }
        for task in tasks {
            await #expect(throws: CancellationError.self) { _ = try await task.value }
        }
        #expect(ContinuousClock.now - start < .seconds(3))
    }

    @Test func `a task that was cancelled before asks nobody`() async throws {
        let server = try ScriptedHTTPServer([.answer(200)])
        defer { server.close() }
        let pool = HTTPPool(agent: "test", threads: 1)
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            return try await pool.send(.init(url: server.url))
        }
        task.cancel()
        await #expect(throws: CancellationError.self) { _ = try await task.value }
        #expect(server.requests.isEmpty)
    }

    @Test func `only so many may wait for a thread`() async throws {
        let server = try ScriptedHTTPServer([.stall])
        defer { server.close() }
        let pool = HTTPPool(agent: "test", threads: 1)
        let outcomes = await withTaskGroup(of: HTTPClient.Failure?.self) { group in
            for _ in 0...(HTTPPool.waitingMax + 1) {
                group.addTask {
                    do { _ = try await pool.send(.init(url: server.url)) } catch {
                        return error as? HTTPClient.Failure
                    }
                    return nil
                }
            }
            // All but one find room: one runs, so many wait, and one is sent away at once.
            let first = await group.next() ?? nil
            group.cancelAll()
            return first
        }
        #expect(outcomes?.message == "too many requests wait")
    }
}
