internal import RPCCore
private import Synchronization

/// Messages of one streaming direction between the connection and the application.
///
/// Bounded by the credit of the stream: the peer cannot put more in than the window and one
/// message. One consumer.
final class MessageQueue: Sendable {
    private struct State {
        var messages = Fifo<[UInt8]>()
        /// Taken, and the sender does not know it yet.
        var untold = Taken()
        var end: Result<Void, RPCError>?
        var waiter: Waiter?
    }

    private let state = Mutex(State())

    /// Appends a message; dropped after the end.
    func push(_ message: [UInt8]) {
        let waiter = self.state.withLock { state in
            if state.end == nil { state.messages.append(message) }
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }

    /// Ends the queue; what is in it can still be taken. The first end counts.
    func finish(_ error: RPCError?) {
        let waiter = self.state.withLock { state in
            if state.end == nil { state.end = error.map { .failure($0) } ?? .success(()) }
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }

    /// Ends the queue at once; what is in it is dropped.
    func abort(_ error: RPCError) {
        self.state.withLock { state in
            state.messages.removeAll()
            state.end = .failure(error)
        }
        self.finish(error)
    }

    /// What an application took out of a stream.
    struct Taken {
        var bytes = 0
        var messages = 0
    }

    /// A message, and what its taker has to tell the sender.
    struct Message {
        let bytes: [UInt8]
        /// Nil: it will be told with a later message; small ones are not worth a word each.
        let taken: Taken?
    }

    /// Taken bytes above which the sender is told at once; a part of the smallest window.
    private static let untoldBytesMax = 8 * 1024

    /// What there is to take.
    enum Step {
        case message(Message)
        case end(Result<Void, RPCError>)
        /// Nothing yet.
        case wait
    }

    /// The next message; nil at a good end.
    nonisolated(nonsending) func next() async throws(RPCError) -> Message? {
        while true {
            switch self.take() {
            case .message(let message): return message
            case .end(let end):
                try end.get()
                return nil
            case .wait: await self.wait()
            }
            if Task.isCancelled { throw RPCError(.cancelled, "the call was cancelled") }
        }
    }

    /// The next message, without waiting for it.
    func take() -> Step {
        self.state.withLock { state in
            guard let message = state.messages.popFirst() else {
                return state.end.map { .end($0) } ?? .wait
            }
            state.untold.bytes += message.count
            state.untold.messages += 1
            guard state.messages.isEmpty || state.untold.bytes >= Self.untoldBytesMax else {
                return .message(Message(bytes: message, taken: nil))
            }
            defer { state.untold = Taken() }
            return .message(Message(bytes: message, taken: state.untold))
        }
    }

    private nonisolated(nonsending) func wait() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let ready = self.state.withLock { state in
                    let ready = !state.messages.isEmpty || state.end != nil
                    if !ready && !Task.isCancelled { state.waiter = Waiter(continuation) }
                    return ready || Task.isCancelled
                }
                if ready { continuation.resume() }
            }
        } onCancel: {
            let waiter = self.state.withLock { state in
                defer { state.waiter = nil }
                return state.waiter
            }
            waiter?.resume()
        }
    }
}
