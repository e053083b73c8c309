/// Runs short work at given times, on one thread that may block.
final class DeadlineThread: Sendable {
    private struct State {
        var entries: [UInt64: (at: ContinuousClock.Instant, work: @Sendable () -> Void)] = [:]
        var next: UInt64 = 0
        var isClosed = false
    }

    /// Longest time a deadline may be late.
    private static let granularity = Duration.milliseconds(50)

    private let state: Guarded<State>

    init() {
        let state = Guarded(State())
        self.state = state
        let isUp = startPoolThread(name: "deadlines") {
            while let due = Self.due(state) {
                for work in due { work() }
                if due.isEmpty { _ = Descriptor.waitReadable(-1, Self.granularity) }
            }
        }
        precondition(isUp, "no thread for deadlines")
    }

    /// What is due now; nil when closed. Waits without a deadline while there is none.
    private static func due(_ state: Guarded<State>) -> [@Sendable () -> Void]? {
        state.withLock(when: { !$0.entries.isEmpty || $0.isClosed }) { state in
            if state.isClosed { return nil }
            let now = ContinuousClock.now
            let due = state.entries.filter { $0.value.at <= now }
            for number in due.keys { state.entries[number] = nil }
            return due.values.map(\.work)
        }
    }

    @discardableResult
    func add(at instant: ContinuousClock.Instant, _ work: @escaping @Sendable () -> Void) -> UInt64
    {
        self.state.withLock { state, condition in
            state.next += 1
            state.entries[state.next] = (instant, work)
            if state.entries.count == 1 { condition.signal() }
            return state.next
        }
    }

    func remove(_ number: UInt64) {
        self.state.withLock { state, _ in state.entries[number] = nil }
    }

    func close() {
        self.state.withLock { state, condition in
            state.isClosed = true
            condition.broadcast()
        }
    }
}
