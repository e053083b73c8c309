private import Glibc
private import Synchronization

/// One thread of a pool and its connection, which it makes when it needs one.
final class PoolWorker {
    private static let key: pthread_key_t = {
        var key = pthread_key_t()
        pthread_key_create(&key, nil)
        return key
    }()

    /// The worker whose thread this is.
    static var current: PoolWorker? {
        pthread_getspecific(self.key).map {
            Unmanaged<PoolWorker>.fromOpaque($0).takeUnretainedValue()
        }
    }

    private let configuration: PostgresConfiguration
    private let deadlines: DeadlineThread
    private var connection: PostgresConnection?

    init(configuration: PostgresConfiguration, deadlines: DeadlineThread) {
        self.configuration = configuration
        self.deadlines = deadlines
    }

    func run(_ queue: WorkQueue) {
        pthread_setspecific(Self.key, Unmanaged.passUnretained(self).toOpaque())
        // The thread's slot holds no reference: the worker must live as long as the loop.
        withExtendedLifetime(self) {
            while let job = queue.take() { job() }
        }
        pthread_setspecific(Self.key, nil)
    }

    func perform<Value: Sendable>(
        _ until: ContinuousClock.Instant, _ cancelled: CancelFlag,
        _ body: (PostgresConnection) throws -> Value, _ box: ResultBox<Value>
    ) {
        do {
            let connection = try self.ready()
            box.finish(.success(try self.bounded(connection, until, cancelled, body)))
        } catch {
            box.finish(.failure(error))
        }
    }

    /// The connection, replaced when the last use left it broken or in a transaction.
    private func ready() throws -> PostgresConnection {
        if let connection, connection.isHealthy { return connection }
        self.connection = nil
        let fresh = try PostgresConnection(self.configuration)
        self.connection = fresh
        return fresh
    }

    private func bounded<Value>(
        _ connection: PostgresConnection, _ until: ContinuousClock.Instant,
        _ cancelled: CancelFlag, _ body: (PostgresConnection) throws -> Value
    ) throws -> Value {
        let timedOut = CancelFlag()
        let number = self.deadlines.add(at: until) {
            timedOut.set()
            connection.cancel()
        }
        defer {
            self.deadlines.remove(number)
            _ = cancelled.onSet(nil)
        }
        if cancelled.onSet({ connection.cancel() }) { throw CancellationError() }
        do {
            return try body(connection)
        } catch let error as PostgresError where error.code == .timeout {
            if timedOut.onSet(nil) { throw PostgresError(.timeout, "the deadline passed") }
            throw error
        }
    }
}
