public import RPCCore
internal import Sockets
internal import Synchronization

/// One call from the caller's side: what came back, how it ended, and its deadline.
final class ClientCall: TimedCall, Sendable {
    private struct State {
        var id: UInt32?
        var hasEnded = false
        var reply: [UInt8]?
        var error: RPCError?
        var caller: UnsafeContinuation<Void, Never>?
        var sender: Waiter?
    }

    /// `/package.Service/Method`.
    let method: String
    let kind: CallKind
    /// Responses in order; only where more than one may come.
    let responses: MessageQueue?
    let startedAt: Moment
    /// When the caller gives up; nil = never.
    let until: Moment?
    private let state = Mutex(State())
    private let metadata: ReceivedMetadata?

    init(
        _ method: MethodDescriptor, at now: Moment, until: Moment?,
        metadata: ReceivedMetadata? = nil
    ) {
        self.method = method.path
        self.kind = method.kind
        self.startedAt = now
        self.until = until
        self.responses = method.kind.streamsResponses ? MessageQueue() : nil
        self.metadata = metadata
    }

    /// Microseconds until the deadline, 0 without one; nil when it has passed.
    func microsecondsLeft(at now: Moment) -> UInt64? {
        guard let until = self.until else { return 0 }
        guard until > now else { return nil }
        // At least 1, because 0 means that there is no deadline.
        return UInt64(max(1, now.nanoseconds(until: until) / 1000))
    }

    /// The id on the connection, once there is one.
    var id: UInt32? { self.state.withLock { $0.id } }
    /// Whether the call is over.
    var hasEnded: Bool { self.state.withLock { $0.hasEnded } }
    /// How it failed; nil while it runs and when it ended well.
    var error: RPCError? { self.state.withLock { $0.error } }

    func opened(_ id: UInt32) { self.state.withLock { $0.id = id } }

    func received(headers: Metadata) { self.metadata?.set(headers: headers) }

    /// The call went well, and this is its reply when it has a single one.
    func succeeded(_ reply: [UInt8]?, trailers: Metadata) {
        self.end(trailers) { $0.reply = reply }
        self.responses?.finish(nil)
    }

    /// The call failed; the first end counts.
    func ended(_ error: RPCError, trailers: Metadata) {
        self.end(trailers) { $0.error = error }
        self.responses?.finish(error)
    }

    /// Lets everybody go on who waits for the call.
    private func end(_ trailers: Metadata, _ note: (inout State) -> Void) {
        self.metadata?.set(trailers: trailers)
        let (caller, sender) = self.state.withLock { state in
            if !state.hasEnded { note(&state) }
            state.hasEnded = true
            defer { (state.caller, state.sender) = (nil, nil) }
            return (state.caller, state.sender)
        }
        caller?.resume()
        sender?.resume()
    }

    /// Waits until the call is over; a task that is cancelled gives it up.
    @inline(__always)
    nonisolated(nonsending) func settle(_ peer: ClientPeer) async {
        await OpenedCall(peer: peer, call: self).settle()
    }

    /// Whoever gives the call up ends it, so that nobody can be forgotten here.
    func waits(_ caller: UnsafeContinuation<Void, Never>) {
        let isOver = self.state.withLock { state in
            if !state.hasEnded { state.caller = caller }
            return state.hasEnded
        }
        if isOver { caller.resume() }
    }

    /// The one reply of a call that is over; its trailers are there by then.
    var result: Result<[UInt8], RPCError> {
        let (reply, error) = self.state.withLock { ($0.reply, $0.error) }
        if let error { return .failure(error) }
        guard let reply else {
            return .failure(RPCError(.internalError, "the call ended without a reply"))
        }
        return .success(reply)
    }

    /// Who waits for room to send; one at a time.
    func waits(_ sender: CheckedContinuation<Void, Never>) {
        self.state.withLock { $0.sender = Waiter(sender) }
    }

    func wakeSender() {
        let sender = self.state.withLock { state in
            defer { state.sender = nil }
            return state.sender
        }
        sender?.resume()
    }
}

/// A call that stands on its connection.
@usableFromInline struct OpenedCall: Sendable {
    let peer: ClientPeer
    let call: ClientCall

    @usableFromInline var hasEnded: Bool { self.call.hasEnded }
    /// The one reply of a call that is over.
    @usableFromInline var result: Result<[UInt8], RPCError> { self.call.result }

    @usableFromInline func waits(_ caller: UnsafeContinuation<Void, Never>) {
        self.call.waits(caller)
    }

    @usableFromInline func giveUp() {
        let (peer, call) = (self.peer, self.call)
        peer.loop.execute { peer.onLoop { $0.cancel(call, .gaveUp) } }
    }

    /// Waits until the call is over; a task that is cancelled gives it up.
    ///
    /// Part of its callers, because each return from a function that waited asks the runtime where
    /// to go on.
    @inlinable @inline(__always)
    nonisolated(nonsending) func settle() async {
        guard !self.hasEnded else { return }
        await withTaskCancellationHandler {
            await withUnsafeContinuation { self.waits($0) }
        } onCancel: {
            self.giveUp()
        }
    }
}

/// The sending half of a call, as its caller sees it.
struct ClientSink: MessageSink {
    let peer: ClientPeer
    let call: ClientCall

    nonisolated(nonsending) func send(_ message: [UInt8]) async throws(RPCError) {
        try await self.peer.send(message, self.call)
    }

    /// On the loop a message that has room is sent without a suspension.
    func trySend(_ encode: @Sendable (inout [UInt8]) -> Void) -> StreamSending {
        guard self.peer.loop.isInLoop else { return .mustWait }
        return ClientPeer.onLoop.send(self.peer, self.call, encode)
    }

    func taken(_ taken: MessageQueue.Taken) {
        let (peer, call) = (self.peer, self.call)
        peer.loop.runOrExecute { peer.onLoop { $0.taken(taken, call) } }
    }
}

extension RPCError {
    /// Made once: most calls are not given up.
    static let gaveUp = RPCError(
        .cancelled, "the call was cancelled", reason: ErrorReason.cancelled)

    static func expired(phase: String) -> RPCError {
        RPCError(
            .deadlineExceeded, "the deadline passed while \(phase)",
            reason: ErrorReason.deadline, facts: ["phase": phase])
    }
}
