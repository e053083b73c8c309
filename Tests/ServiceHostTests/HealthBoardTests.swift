import Testing

@testable import ServiceHost

@Suite struct HealthBoardTests {
    @Test func `a board without parts serves`() {
        #expect(HealthBoard().state(of: "") == .serving)
        #expect(HealthBoard().parts == [])
    }

    @Test func `the whole serves only when every part does, and says which does not`() {
        let board = HealthBoard()
        board.set("database", .serving)
        board.set("ingest", .notServing("it does not answer"))
        #expect(board.state(of: "") == .notServing("ingest: it does not answer"))
        #expect(board.state(of: "database") == .serving)
        board.set("ingest", .serving)
        #expect(board.state(of: "") == .serving)
    }

    @Test func `an unknown part has no state`() {
        #expect(HealthBoard().state(of: "nobody") == nil)
    }

    @Test func `from a drain on nothing serves`() {
        let board = HealthBoard()
        board.set("database", .serving)
        board.drain()
        board.set("database", .serving)
        #expect(board.state(of: "") != .serving)
        #expect(board.state(of: "database") != .serving)
    }

    @Test func `each watcher hears of a change, and not of what stays`() async {
        let board = HealthBoard()
        var first = board.changes.makeAsyncIterator()
        var second = board.changes.makeAsyncIterator()
        board.set("database", .notServing("away"))
        await first.next()
        await second.next()
        board.set("database", .notServing("away"))
        board.set("database", .serving)
        await first.next()
        #expect(board.state(of: "") == .serving)
    }
}

@Suite struct WakeupTests {
    @Test func `a signal between looking and waiting is not lost`() async {
        let wakeup = Wakeup()
        let seen = wakeup.count
        wakeup.signal()
        await wakeup.wait(beyond: seen, upTo: .seconds(60))
        #expect(wakeup.count == seen + 1)
    }

    @Test func `everybody who waits is woken`() async {
        let wakeup = Wakeup()
        let seen = wakeup.count
        await withTaskGroup(of: Void.self) { tasks in
            for _ in 0..<20 {
                tasks.addTask { await wakeup.wait(beyond: seen, upTo: .seconds(60)) }
            }
            tasks.addTask { wakeup.signal() }
        }
        #expect(wakeup.count == seen + 1)
    }

    @Test func `nobody waits longer than he said`() async {
        let wakeup = Wakeup()
        await wakeup.wait(beyond: wakeup.count, upTo: .milliseconds(1))
        #expect(wakeup.count == 0)
    }

    @Test func `a cancelled task waits no more`() async {
        let wakeup = Wakeup()
        let task = Task { await wakeup.wait(beyond: 0, upTo: .seconds(3600)) }
        task.cancel()
        await task.value
        #expect(wakeup.count == 0)
    }
}
