private import Synchronization

/// A value that one side fulfils once and the other awaits once.
final class Promise<Value: Sendable>: Sendable {
    private enum State {
        case empty
        case waiting(CheckedContinuation<Result<Value, SocketError>, Never>)
        case done(Result<Value, SocketError>)
    }

    private let state = Mutex(State.empty)

    /// The first result counts; later ones are dropped.
    func fulfil(_ result: Result<Value, SocketError>) {
        let waiter: CheckedContinuation<Result<Value, SocketError>, Never>? =
            self.state.withLock { state in
                switch state {
                case .empty:
                    state = .done(result)
                    return nil
                case .waiting(let continuation):
                    state = .done(result)
                    return continuation
                case .done: return nil
                }
            }
        waiter?.resume(returning: result)
    }

    /// Waits; `onCancel` must lead to `fulfil`.
    func value(onCancel: @escaping @Sendable () -> Void = {}) async throws(SocketError) -> Value {
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in self.wait(continuation) }
        } onCancel: {
            onCancel()
        }
        return try result.get()
    }

    private func wait(_ continuation: CheckedContinuation<Result<Value, SocketError>, Never>) {
        let ready: Result<Value, SocketError>? = self.state.withLock { state in
            switch state {
            case .done(let result): return result
            case .empty, .waiting:
                state = .waiting(continuation)
                return nil
            }
        }
        if let ready { continuation.resume(returning: ready) }
    }
}
