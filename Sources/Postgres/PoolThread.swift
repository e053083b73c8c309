internal import Glibc

/// A queue of work for the threads of a pool; bounded by the callers, who wait for their turn.
final class WorkQueue: Sendable {
    private struct State {
        var jobs: [(UInt64, @Sendable () -> Void)] = []
        var next: UInt64 = 0
        var isClosed = false
    }

    private let state: Guarded<State>

    init() { self.state = Guarded(State()) }

    /// Appends work; false when the pool is closed.
    ///
    /// - Returns: a number to take the work back with, or nil when the pool is closed.
    func add(_ job: @escaping @Sendable () -> Void) -> UInt64? {
        self.state.withLock { state, condition in
            guard !state.isClosed else { return nil }
            state.next += 1
            state.jobs.append((state.next, job))
            condition.signal()
            return state.next
        }
    }

    /// Takes work back that has not begun.
    func remove(_ number: UInt64) -> Bool {
        self.state.withLock { state, _ in
            guard let index = state.jobs.firstIndex(where: { $0.0 == number }) else { return false }
            state.jobs.remove(at: index)
            return true
        }
    }

    /// The next work; nil when the pool is closed.
    func take() -> (@Sendable () -> Void)? {
        self.state.withLock(when: { !$0.jobs.isEmpty || $0.isClosed }) { state in
            state.jobs.isEmpty ? nil : state.jobs.removeFirst().1
        }
    }

    func close() {
        self.state.withLock { state, condition in
            state.isClosed = true
            condition.broadcast()
        }
    }
}

/// A value behind a pthread mutex with a condition: threads that may block wait on it.
///
/// Waiting happens outside every access to the value: inside one the compiler may take for granted
/// that nobody else changes it.
///
/// `@unchecked Sendable`: `value` is touched with the mutex held alone.
final class Guarded<Value>: @unchecked Sendable {
    /// Tells of changes; valid inside `withLock`.
    struct Condition {
        fileprivate let mutex: UnsafeMutablePointer<pthread_mutex_t>
        fileprivate let condition: UnsafeMutablePointer<pthread_cond_t>
        func signal() { pthread_cond_signal(self.condition) }
        func broadcast() { pthread_cond_broadcast(self.condition) }
    }

    private var value: Value
    private let primitives: Condition

    init(_ value: Value) {
        self.value = value
        self.primitives = Condition(
            mutex: .allocate(capacity: 1), condition: .allocate(capacity: 1))
        pthread_mutex_init(self.primitives.mutex, nil)
        pthread_cond_init(self.primitives.condition, nil)
    }

    deinit {
        pthread_mutex_destroy(self.primitives.mutex)
        pthread_cond_destroy(self.primitives.condition)
        self.primitives.mutex.deallocate()
        self.primitives.condition.deallocate()
    }

    /// Waits until `isReady`, then runs `body` with the lock held.
    func withLock<Result>(
        when isReady: (Value) -> Bool, _ body: (inout Value) -> Result
    ) -> Result {
        pthread_mutex_lock(self.primitives.mutex)
        defer { pthread_mutex_unlock(self.primitives.mutex) }
        while !isReady(self.value) {
            pthread_cond_wait(self.primitives.condition, self.primitives.mutex)
        }
        return body(&self.value)
    }

    func withLock<Result>(_ body: (inout Value, Condition) -> Result) -> Result {
        pthread_mutex_lock(self.primitives.mutex)
        defer { pthread_mutex_unlock(self.primitives.mutex) }
        return body(&self.value, self.primitives)
    }
}

/// A thread that runs `body` and ends.
func startPoolThread(name: String, _ body: @escaping @Sendable () -> Void) -> Bool {
    final class Start: Sendable {
        let name: String
        let body: @Sendable () -> Void
        init(_ name: String, _ body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }
    var thread = pthread_t()
    let start = Unmanaged.passRetained(Start(name, body))
    let status = pthread_create(
        &thread, nil,
        { argument in
            guard let argument else { return nil }
            Unmanaged<Start>.fromOpaque(argument).takeRetainedValue().body()
            return nil
        }, start.toOpaque())
    guard status == 0 else {
        start.release()
        return false
    }
    pthread_detach(thread)
    return true
}
