private import Synchronization

/// Connections to one schema, each on a thread of its own: libpq blocks, the tasks do not.
public final class PostgresPool: Sendable {
    /// Longest wait between two attempts to connect.
    static let backoffMax = Duration.seconds(5)

    private let configuration: PostgresConfiguration
    private let queue = WorkQueue()
    private let started = Mutex(0)
    /// Times that deadlines, on a thread of its own: `PQcancel` connects and so blocks, too.
    private let deadlines: DeadlineThread

    /// Makes a pool; it connects when it is first used.
    public init(_ configuration: PostgresConfiguration) {
        self.configuration = configuration
        self.deadlines = DeadlineThread()
        for _ in 0..<configuration.poolSize {
            let (queue, configuration, deadlines) = (self.queue, configuration, self.deadlines)
            let isUp = startPoolThread(name: "postgres") {
                PoolWorker(configuration: configuration, deadlines: deadlines).run(queue)
            }
            if isUp { self.started.withLock { $0 += 1 } }
        }
    }

    /// Ends the threads after the work that is queued.
    public func close() {
        self.queue.close()
        self.deadlines.close()
    }

    /// Runs `body` with a connection; nothing is rolled back by itself.
    ///
    /// - Parameter deadline: time for waiting and working together; then it is cancelled.
    /// - Throws: `PostgresError`, or what `body` throws.
    @discardableResult
    public func withConnection<Value: Sendable>(
        deadline: Duration = .seconds(10),
        _ body: @escaping @Sendable (PostgresConnection) throws -> Value
    ) async throws -> Value {
        let until = ContinuousClock.now.advanced(by: deadline)
        let box = ResultBox<Value>()
        let cancelled = CancelFlag()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                box.set(continuation)
                let number = self.queue.add {
                    guard box.begin() else { return }
                    PoolWorker.current?.perform(until, cancelled, body, box)
                        ?? box.finish(.failure(Self.closed))
                }
                guard let number else { return box.finish(.failure(Self.closed)) }
                self.deadlines.add(at: until) { [queue] in
                    if queue.remove(number) {
                        box.finish(
                            .failure(PostgresError(.timeout, "no connection was free in time")))
                    }
                }
            }
        } onCancel: {
            cancelled.set()
        }
    }

    private static let closed = PostgresError(.unavailable, "the pool is closed")

    /// Runs `body` in a transaction: committed when it returns, rolled back when it throws.
    ///
    /// - Parameter retries: how often a conflict with another transaction is tried again; then
    ///   `body` runs again from the start.
    @discardableResult
    public func transaction<Value: Sendable>(
        deadline: Duration = .seconds(10), retries: Int = 3,
        _ body: @escaping @Sendable (PostgresConnection) throws -> Value
    ) async throws -> Value {
        var left = retries
        while true {
            do {
                return try await self.withConnection(deadline: deadline) { connection in
                    try connection.transaction(body)
                }
            } catch let error as PostgresError where error.isRetryable && left > 0 {
                left -= 1
            }
        }
    }
}

extension PostgresConnection {
    /// Runs `body` between BEGIN and COMMIT; rolls back when it throws.
    public func transaction<Value>(
        _ body: (PostgresConnection) throws -> Value
    ) throws -> Value {
        try self.execute("begin")
        do {
            let value = try body(self)
            try self.execute("commit")
            return value
        } catch {
            do { try self.execute("rollback") } catch {
                // The connection is broken: the server rolls back by itself, the pool replaces it.
            }
            throw error
        }
    }
}

/// Whether the task that waits was cancelled, and what to do then.
final class CancelFlag: Sendable {
    private let state = Mutex<(isSet: Bool, action: (@Sendable () -> Void)?)>((false, nil))

    func set() {
        let action = self.state.withLock { state in
            state.isSet = true
            return state.action
        }
        action?()
    }

    /// Sets or clears what a cancellation does from now on.
    ///
    /// - Returns: whether it happened already.
    func onSet(_ action: (@Sendable () -> Void)?) -> Bool {
        self.state.withLock { state in
            state.action = action
            return state.isSet
        }
    }
}

/// The continuation of one caller; the first result counts.
final class ResultBox<Value: Sendable>: Sendable {
    private let continuation = Mutex<CheckedContinuation<Value, any Error>?>(nil)
    private let hasBegun = Mutex(false)

    func set(_ continuation: CheckedContinuation<Value, any Error>) {
        self.continuation.withLock { $0 = continuation }
    }

    /// Whether the caller still waits.
    func begin() -> Bool { self.continuation.withLock { $0 != nil } }

    func finish(_ result: Result<Value, any Error>) {
        let waiting = self.continuation.withLock { continuation in
            defer { continuation = nil }
            return continuation
        }
        waiting?.resume(with: result)
    }
}
