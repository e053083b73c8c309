internal import RPCCore
private import Synchronization

/// Messages of one streaming direction between the connection and the application.
///
/// Bounded by the credit of the stream: the peer cannot put more in than the window and one
/// message. One consumer.
@usableFromInline final class MessageQueue: Sendable {
    private struct State {
        /// What is taken from next.
        var first = MessageRun()
        /// What came after it.
        var others = Fifo<MessageRun>()
        /// Taken, and the sender does not know it yet.
        var untold = Taken()
        var end: Result<Void, RPCError>?
        var waiter: Waiter?

        var isEmpty: Bool { self.first.isEmpty && self.others.isEmpty }
    }

    private let state = Mutex(State())

    /// Appends messages; dropped after the end.
    func push(_ run: MessageRun) {
        let waiter = self.state.withLock { state in
            if state.end == nil {
                if state.isEmpty { state.first = run } else { state.others.append(run) }
            }
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
            state.first = MessageRun()
            state.others.removeAll()
            state.end = .failure(error)
        }
        self.finish(error)
    }

    /// What an application took out of a stream.
    struct Taken {
        var bytes = 0
        var messages = 0

        var credit: Int { self.bytes + self.messages * Limits.messageOverhead }
    }

    /// A message, where it lies among those that came with it.
    @usableFromInline struct Message {
        @usableFromInline let bytes: [UInt8]
        @usableFromInline let start: Int
        @usableFromInline let count: Int
        /// Whether the sender is to hear what was taken; small ones are not worth a word each.
        @usableFromInline let isTold: Bool
    }

    /// Taken credit above which the sender is told at once; a quarter of the smallest window.
    private static let untoldMax = 16 * 1024

    /// The next message; nil at a good end.
    @usableFromInline nonisolated(nonsending) func next() async throws(RPCError) -> Message? {
        while true {
            if let message = self.take() { return message }
            if let end = self.end {
                try end.get()
                return nil
            }
            await self.wait()
            if Task.isCancelled { throw RPCError.gaveUp }
        }
    }

    /// The end, once nothing comes before it.
    private var end: Result<Void, RPCError>? {
        self.state.withLock { $0.isEmpty ? $0.end : nil }
    }

    /// The next message, without waiting for it.
    @usableFromInline func take() -> Message? {
        self.state.withLock { state in
            if state.first.isEmpty {
                guard let next = state.others.popFirst() else { return nil }
                state.first = next
            }
            let place = state.first.removeFirst()
            let bytes = state.first.bytes
            state.untold.bytes += place.count
            state.untold.messages += 1
            // Nobody but the message needs the memory any more.
            if state.first.isEmpty { state.first = MessageRun() }
            return Message(
                bytes: bytes, start: place.lowerBound, count: place.count,
                isTold: state.isEmpty || state.untold.credit >= Self.untoldMax)
        }
    }

    /// What the sender is to hear now.
    func told() -> Taken {
        self.state.withLock { state in
            defer { state.untold = Taken() }
            return state.untold
        }
    }

    private nonisolated(nonsending) func wait() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let ready = self.state.withLock { state in
                    let ready = !state.isEmpty || state.end != nil
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
