private import Synchronization

/// Wakes whoever waits: a hint that there is news. A wake-up between two waits is not lost.
public final class Wakeup: Sendable {
    private struct State {
        var count: UInt64 = 0
        var waiters: [UInt64: CheckedContinuation<Void, Never>] = [:]
        var next: UInt64 = 0
    }

    private let state = Mutex(State())

    /// Nobody waits yet.
    public init() {}

    /// How often it was signalled; take it before looking for news, wait for more after.
    public var count: UInt64 { self.state.withLock { $0.count } }

    /// There is news.
    public func signal() {
        let waiters = self.state.withLock { state in
            state.count += 1
            defer { state.waiters = [:] }
            return state.waiters.values.map { $0 }
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Returns when it was signalled more than `seen` times, the time is over, or the task is
    /// cancelled.
    public func wait(beyond seen: UInt64, upTo limit: Duration) async {
        await withTaskGroup(of: Void.self) { tasks in
            tasks.addTask { await self.wait(beyond: seen) }
            tasks.addTask { _ = try? await Task.sleep(for: limit) }
            await tasks.next()
            tasks.cancelAll()
        }
    }

    private func wait(beyond seen: UInt64) async {
        let number = self.state.withLock { state in
            state.next += 1
            return state.next
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let goesOn = self.state.withLock { state in
                    if state.count > seen || Task.isCancelled { return true }
                    state.waiters[number] = continuation
                    return false
                }
                if goesOn { continuation.resume() }
            }
        } onCancel: {
            let waiter = self.state.withLock { $0.waiters.removeValue(forKey: number) }
            waiter?.resume()
        }
    }
}
