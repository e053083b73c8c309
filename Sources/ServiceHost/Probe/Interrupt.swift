private import Glibc
private import Synchronization

/// SIGINT and SIGTERM of a probe: the first cancels the call on the wire, the second ends at once.
final class Interrupt: Sendable {
    private struct State {
        var signal: Int32?
        var cancel: (@Sendable () -> Void)?
    }

    /// What a call that does not hear of its cancellation has left.
    private static let patience = Duration.seconds(1)

    private let state = Mutex(State())

    init() {
        Signals.on([SIGINT, SIGTERM]) { [weak self] number in
            guard let self, self.note(number) else { SystemAccess.end(128 + number) }
            Task {
                _ = try? await Task.sleep(for: Self.patience)
                SystemAccess.end(128 + number)
            }
        }
    }

    /// The exit code that a shell expects after a signal; nil when none came.
    var exitCode: Int32? { self.state.withLock { $0.signal.map { 128 + $0 } } }

    /// Runs `body` in a task that a signal cancels.
    func cancelling(
        _ body: @escaping @Sendable () async throws -> Int32
    ) async throws -> Int32 {
        let task = Task { try await body() }
        let isLate = self.state.withLock { state in
            state.cancel = { task.cancel() }
            return state.signal != nil
        }
        if isLate { task.cancel() }
        return try await task.value
    }

    /// - Returns: false when it is not the first.
    private func note(_ number: Int32) -> Bool {
        let (isFirst, cancel) = self.state.withLock { state in
            defer { state.signal = state.signal ?? number }
            return (state.signal == nil, state.cancel)
        }
        cancel?()
        return isFirst
    }
}
