public import RPCCore
private import Sockets
private import Synchronization

extension RPCChannel {
    /// One request, one response; repeated where the method allows it.
    ///
    /// Inlinable, so that the compiler makes it for the very messages of its callers.
    ///
    /// - Throws: `RPCError`: what the server said, or why it could not be asked.
    @inlinable
    public nonisolated(nonsending) func unary<
        Request: RPCMessage, Response: RPCMessage
    >(
        _ method: MethodDescriptor, _ request: Request, options: CallOptions = CallOptions()
    ) async throws(RPCError) -> Response {
        let times = CallTimes(timeout: options.timeout)
        var failure: RPCError?
        if let opened = self.openedAtOnce(method, options, times, { request.encode(into: &$0) }) {
            await opened.settle()
            switch opened.result {
            case .success(let reply):
                do throws(RPCError) {
                    let response = try Response(decoding: reply)
                    self.succeeded(method, times)
                    return response
                } catch {
                    self.unreadable(method, times, error)
                    throw error
                }
            case .failure(let error): failure = error
            }
        }
        return try await self.reply(method, request.encoded(), options, times, after: failure)
    }

    /// The long way: connections, retries, hedging.
    ///
    /// - Parameter failure: how an attempt ended that was made already.
    @usableFromInline nonisolated(nonsending) func reply<Response: RPCMessage>(
        _ method: MethodDescriptor, _ request: [UInt8], _ options: CallOptions,
        _ times: CallTimes, after failure: RPCError?
    ) async throws(RPCError) -> Response {
        let wait = CallWait(since: times.start)
        if failure != nil { wait.isOver(at: times.start) }
        do throws(RPCError) {
            let reply = try await self.attempts(method, times.end, after: failure) {
                deadline, attempt throws(RPCError) in
                guard let delay = self.hedgingDelay(method) else {
                    return try await self.unaryOnce(
                        method, request, options, deadline, attempt, wait)
                }
                return try await self.hedged(delay) { seat, isHedge throws(RPCError) in
                    try await self.unaryOnce(
                        method, request, options, deadline, attempt, wait, seat: seat,
                        isHedge: isHedge)
                }
            }
            let response = try Response(decoding: reply)
            self.ended(method, wait, nil)
            return response
        } catch {
            self.ended(method, wait, error)
            throw error
        }
    }

    /// The short way of the usual call: on the loop of the one connection there is, with a stream
    /// free. Its tasks stay small, and many of them stay in the cache.
    ///
    /// - Returns: nil when the call has to go the long way.
    @usableFromInline func openedAtOnce(
        _ method: MethodDescriptor, _ options: CallOptions, _ times: CallTimes,
        _ encode: @Sendable (inout [UInt8]) -> Void
    ) -> OpenedCall? {
        guard !self.configuration.hedges, !Task.isCancelled, let peer = self.onlyReady else {
            return nil
        }
        if let end = times.end, end <= times.start { return nil }
        let call = ClientCall(
            method, at: times.start, until: times.end, metadata: options.received)
        return peer.openAtOnce(call, method, options, encode)
            ? OpenedCall(peer: peer, call: call) : nil
    }

    private static func header(
        _ method: MethodDescriptor, _ options: CallOptions, attempt: UInt32
    ) -> CallHeader {
        var header = CallHeader(method: method.path)
        header.metadata = options.metadata
        header.trace = options.trace
        header.attempt = attempt
        return header
    }

    /// Tries a call until it succeeds, may not be repeated, or is out of attempts.
    ///
    /// - Parameter failure: how an attempt ended that was made already.
    private nonisolated(nonsending) func attempts<Value: Sendable>(
        _ method: MethodDescriptor, _ deadline: Moment?, after failure: RPCError?,
        _ body:
            nonisolated(nonsending) (Moment?, UInt32) async throws(RPCError) ->
            Value
    ) async throws(RPCError) -> Value {
        var attempt: UInt32 = 0
        var usedTransparent = false
        var failure = failure
        while true {
            do throws(RPCError) {
                if let error = failure {
                    failure = nil
                    throw error
                }
                let value = try await body(deadline, attempt)
                self.note(nil)
                return value
            } catch {
                if self.isTransparent(error), !usedTransparent {
                    usedTransparent = true
                    self.count { counts in
                        counts.attempts += 1
                        counts.transparentRetries += 1
                    }
                    continue
                }
                self.note(error)
                attempt += 1
                guard self.isRepeatable(method, error, attempt) else { throw error }
                guard self.mayRetry() else {
                    var denied = error
                    denied.facts["retry"] = ErrorReason.retryBudget
                    throw denied
                }
                let pause = error.retryAfter ?? self.pause(before: Int(attempt))
                // An attempt behind the deadline is none: how this one ended is the answer.
                if let deadline, deadline <= Moment.now + pause { throw error }
                try await self.sleep(pause)
                self.count { $0.retries += 1 }
            }
        }
    }

    private func hedgingDelay(_ method: MethodDescriptor) -> Duration? {
        guard self.configuration.hedges, method.idempotency == .noSideEffects else { return nil }
        return self.hedging.withLock { $0.delay }
    }

    /// Whether nobody saw the call, so that it may be tried once more at once, whatever it does. A
    /// server that names a pause, or says never, is obeyed as after any failure.
    private func isTransparent(_ error: RPCError) -> Bool {
        error.isUnprocessed && error.reason != ErrorReason.connectRefused
            && error.facts["phase"] != "connecting" && error.retryAfter == nil
    }

    /// Whether it makes sense to try once more, as far as the call itself goes.
    private func isRepeatable(
        _ method: MethodDescriptor, _ error: RPCError, _ attempt: UInt32
    ) -> Bool {
        guard error.code == .unavailable, method.idempotency != .unknown,
            Int(attempt) < self.attemptsMax
        else { return false }
        // Nobody listens: the caller wants to know at once.
        if error.facts["phase"] == "connecting" { return false }
        return error.retryAfter.map { (.zero...Self.pauseMax).contains($0) } ?? true
    }

    /// A server that asks for a longer pause is not waited for: the caller is told when to ask.
    private static let pauseMax: Duration = .seconds(5)

    private func sleep(_ pause: Duration) async throws(RPCError) {
        do { try await Task.sleep(for: pause) } catch {
            throw RPCError.gaveUp
        }
    }

    private nonisolated(nonsending) func unaryOnce(
        _ method: MethodDescriptor, _ request: [UInt8], _ options: CallOptions,
        _ deadline: Moment?, _ attempt: UInt32, _ wait: CallWait, seat: HedgeSeat? = nil,
        isHedge: Bool = false
    ) async throws(RPCError) -> [UInt8] {
        let start = ContinuousClock.now
        let (peer, call) = try await self.open(
            method, request, options, deadline, attempt, wait, seat: seat, isHedge: isHedge)
        await call.settle(peer)
        let reply = try call.result.get()
        if self.configuration.hedges {
            self.hedging.withLock { $0.succeeded(after: ContinuousClock.now - start) }
        }
        return reply
    }

    /// Opens a call on a connection that takes it. One that goes away between the choice and the
    /// call costs nothing: nothing was sent, and the next one is chosen.
    private nonisolated(nonsending) func open(
        _ method: MethodDescriptor, _ request: [UInt8]?, _ options: CallOptions,
        _ deadline: Moment?, _ attempt: UInt32, _ wait: CallWait, seat: HedgeSeat? = nil,
        isHedge: Bool = false
    ) async throws(RPCError) -> (ClientPeer, ClientCall) {
        while true {
            let peer = try await self.chosen(options, deadline, seat, isHedge: isHedge)
            let header = Self.header(method, options, attempt: attempt)
            let call = ClientCall(
                method, at: Moment.now, until: deadline, metadata: options.received)
            do throws(RPCError) {
                if try !peer.openAtOnce(call, header, request: request) {
                    try await peer.open(call, header, request: request)
                }
                wait.isOver(at: Moment.now)
                return (peer, call)
            } catch {
                guard error.isUnprocessed, !peer.acceptsCalls else { throw error }
            }
        }
    }

    private nonisolated(nonsending) func chosen(
        _ options: CallOptions, _ deadline: Moment?, _ seat: HedgeSeat?, isHedge: Bool
    ) async throws(RPCError) -> ClientPeer {
        if let deadline, deadline <= Moment.now {
            throw RPCError.expired(phase: "not sent yet")
        }
        if Task.isCancelled { throw RPCError(.cancelled, "the call was cancelled before it began") }
        let peer = try await self.peer(
            options, deadline, otherThan: isHedge ? seat?.first.withLock { $0 } : nil)
        if !isHedge { seat?.first.withLock { $0 = peer } }
        return peer
    }

    /// One request, many responses, read by `body`; leaving it early cancels the call.
    public nonisolated(nonsending) func serverStreaming<
        Request: RPCMessage, Response: RPCMessage, Value: Sendable
    >(
        _ method: MethodDescriptor, _ request: Request, options: CallOptions = CallOptions(),
        _ body: nonisolated(nonsending) (RPCReader<Response>) async throws -> Value
    ) async throws -> Value {
        let opened = try await self.opened(method, request.encoded(), options)
        return try await self.streaming(opened) { sink, call in
            try await body(RPCReader(queue: call.responses ?? MessageQueue(), sink: sink))
        }
    }

    /// Many requests, one response; `body` sends them.
    public nonisolated(nonsending) func clientStreaming<Request: RPCMessage, Response: RPCMessage>(
        _ method: MethodDescriptor, options: CallOptions = CallOptions(),
        _ body: nonisolated(nonsending) (RPCWriter<Request>) async throws -> Void
    ) async throws -> Response {
        let opened = try await self.opened(method, nil, options)
        let reply = try await self.streaming(opened) { sink, call in
            do {
                try await body(RPCWriter(sink: sink))
                await sink.peer.endRequests(call)
            } catch  where call.hasEnded {
                // The server answered early: what it said counts, not that sending failed.
            }
            await call.settle(sink.peer)
            return try call.result.get()
        }
        return try Response(decoding: reply)
    }

    /// Many of both; `body` sends and reads in any order and ends the call by returning.
    public nonisolated(nonsending) func bidirectional<
        Request: RPCMessage, Response: RPCMessage, Value: Sendable
    >(
        _ method: MethodDescriptor, options: CallOptions = CallOptions(),
        _ body:
            nonisolated(nonsending) (
                RequestWriter<Request>, RPCReader<Response>
            ) async throws -> Value
    ) async throws -> Value {
        let opened = try await self.opened(method, nil, options)
        return try await self.streaming(opened) { sink, call in
            let writer = RequestWriter<Request>(
                writer: RPCWriter(sink: sink), end: { await sink.peer.endRequests(call) })
            let reader = RPCReader<Response>(queue: call.responses ?? MessageQueue(), sink: sink)
            return try await body(writer, reader)
        }
    }

    /// A stream on its connection.
    private struct OpenedStream {
        let peer: ClientPeer
        let call: ClientCall
        let method: MethodDescriptor
        let wait: CallWait
    }

    /// A stream is opened once more when the connection went away before the server saw it.
    private nonisolated(nonsending) func opened(
        _ method: MethodDescriptor, _ request: [UInt8]?, _ options: CallOptions
    ) async throws(RPCError) -> OpenedStream {
        let times = CallTimes(timeout: options.timeout)
        let wait = CallWait(since: times.start)
        do throws(RPCError) {
            let (peer, call) = try await self.openedTwice(method, request, options, times, wait)
            return OpenedStream(peer: peer, call: call, method: method, wait: wait)
        } catch {
            self.ended(method, wait, error)
            throw error
        }
    }

    private nonisolated(nonsending) func openedTwice(
        _ method: MethodDescriptor, _ request: [UInt8]?, _ options: CallOptions,
        _ times: CallTimes, _ wait: CallWait
    ) async throws(RPCError) -> (ClientPeer, ClientCall) {
        self.count { $0.attempts += 1 }
        do throws(RPCError) {
            return try await self.open(method, request, options, times.end, 0, wait)
        } catch {
            guard self.isTransparent(error) else { throw error }
            self.count { counts in
                counts.attempts += 1
                counts.transparentRetries += 1
            }
            return try await self.open(method, request, options, times.end, 0, wait)
        }
    }

    private nonisolated(nonsending) func streaming<Value: Sendable>(
        _ opened: OpenedStream,
        _ body: nonisolated(nonsending) (ClientSink, ClientCall) async throws -> Value
    ) async throws -> Value {
        let (peer, call) = (opened.peer, opened.call)
        do {
            let value = try await withTaskCancellationHandler {
                try await body(ClientSink(peer: peer, call: call), call)
            } onCancel: {
                peer.loop.execute { peer.onLoop { $0.cancel(call, .gaveUp) } }
            }
            if !call.hasEnded { await peer.cancel(call, .gaveUp) }
            self.ended(opened.method, opened.wait, call.error)
            return value
        } catch {
            if !call.hasEnded { await peer.cancel(call, .gaveUp) }
            self.ended(opened.method, opened.wait, call.error)
            throw error
        }
    }
}

/// When a call began, and when its caller gives up.
@usableFromInline struct CallTimes: Sendable {
    let start: Moment
    let end: Moment?

    @usableFromInline init(timeout: Duration?) {
        let start = Moment.now
        self.start = start
        self.end = timeout.map { start + $0 }
    }
}

/// Sends requests and says when there are no more.
public struct RequestWriter<Message: RPCMessage>: Sendable {
    let writer: RPCWriter<Message>
    let end: @Sendable () async -> Void

    /// Sends one request; suspends while the server has no room for it.
    public nonisolated(nonsending) func send(_ message: Message) async throws(RPCError) {
        try await self.writer.send(message)
    }

    /// No more requests come; responses may still.
    public nonisolated(nonsending) func finish() async { await self.end() }
}
