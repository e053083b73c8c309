// What callers send, and what servers answer on streams.
extension ClientConnection {
    /// Opens a call; the caller has asked `hasFreeStream`.
    ///
    /// - Parameters:
    ///   - timeoutMicroseconds: what is left of the caller's time, 0 = it has no end; nil = as the
    ///     header says.
    ///   - request: the single request of a unary or server streaming call.
    /// - Returns: the call's id.
    /// - Throws: the error that keeps it from being sent.
    public mutating func open(
        _ header: CallHeader, _ kind: CallKind, timeoutMicroseconds: UInt64? = nil,
        request: [UInt8]?
    ) throws(RPCError) -> UInt32 {
        var block: [UInt8] = []
        header.encode(
            into: &block, timeoutMicroseconds: timeoutMicroseconds ?? header.timeoutMicroseconds)
        guard block.count <= self.peer.headerRoom else {
            throw RPCError(
                .resourceExhausted,
                "call header of \(block.count) bytes; the server takes \(self.peer.headerRoom)",
                reason: ErrorReason.limit)
        }
        if let request, let error = self.tooLarge(request.count) { throw error }
        let id = self.nextStream
        self.opened(id, kind, hasRequest: request != nil)
        self.write(block, request, id)
        return id
    }

    /// Opens a call whose single request `encode` appends to bytes it is given: the usual way, in
    /// one frame, and without memory of its own.
    ///
    /// - Returns: the call's id; nil when the request does not go so. Nothing was done then, and
    ///   `open` with its bytes does it or says what speaks against it.
    public mutating func open(
        _ method: MethodDescriptor, timeoutMicroseconds: UInt64, trace: TraceContext? = nil,
        metadata: Metadata = Metadata(), _ encode: (inout [UInt8]) -> Void
    ) -> UInt32? {
        let id = self.nextStream
        let isWhole = self.output.append(
            request: id, self.peer, method.path, timeoutMicroseconds, trace, metadata, encode)
        guard isWhole else { return nil }
        self.opened(id, method.kind, hasRequest: true)
        return id
    }

    private mutating func opened(_ id: UInt32, _ kind: CallKind, hasRequest: Bool) {
        self.nextStream = id + 1
        if kind == .unary, hasRequest { return self.streams.insertUsual(id) }
        var outbound = OutboundDirection(
            isStreaming: kind.streamsRequests, window: self.peer.windowBytes)
        outbound.hasEnded = hasRequest
        self.streams.insert(
            id,
            Stream(
                kind: kind,
                inbound: InboundDirection(
                    isStreaming: kind.streamsResponses, window: self.own.limits.windowBytes),
                outbound: outbound))
    }

    private mutating func write(_ block: [UInt8], _ request: [UInt8]?, _ id: UInt32) {
        guard let request else {
            return self.output.append(.request, .noMessage, stream: id, header: block, body: [])
        }
        if block.count + request.count <= Int(self.peer.frameBytesMax) {
            return self.output.append(.request, .end, stream: id, header: block, body: request)
        }
        self.output.append(
            Fragments.frames(
                .request, stream: id, header: block, message: request, last: .end,
                frameBytesMax: Int(self.peer.frameBytesMax)), stream: id)
    }

    /// Whether the call is still open.
    public func isOpen(_ id: UInt32) -> Bool { self.streams.contains(id) }

    /// Whether a request may be begun as far as credit goes; true as well when the call is over.
    public func mayStart(_ id: UInt32) -> Bool { self.streams[id]?.outbound.mayStart ?? true }

    /// Sends one request of a streaming call, which `encode` appends to bytes it is given.
    ///
    /// `encode` is called when the request is sent or is larger than the server accepts.
    public mutating func send(
        _ id: UInt32, _ encode: (inout [UInt8]) -> Void
    ) -> StreamSending {
        let mayStart = self.streams.change(id) { $0.outbound.hasEnded ? nil : $0.outbound.mayStart }
        guard let mayStart, let mayStart else { return .ended }
        guard mayStart else { return .mustWait }
        let count = self.output.append(message: id, self.peer, encode)
        if let error = self.tooLarge(count) { return .failed(error) }
        self.streams.change(id) { $0.outbound.started(bytes: count) }
        return .sent
    }

    /// Says that no more requests come.
    public mutating func endRequests(_ id: UInt32) {
        let hadEnded = self.streams.change(id) { stream in
            defer { stream.outbound.hasEnded = true }
            return stream.outbound.hasEnded
        }
        guard hadEnded == false else { return }
        self.output.append(.message, [.end, .noMessage], stream: id, body: [])
    }

    /// Gives a call up; the owner fails it on its own.
    public mutating func cancel(_ id: UInt32, _ code: StatusCode) {
        guard self.streams.remove(id) else { return }
        let neverSent = self.output.drop(id)
        guard !neverSent, !self.isClosed else { return }
        let header = CancelBlock(code: code).encoded()
        self.output.append(control: Frame.encoded(.cancel, stream: id, header: header))
    }

    /// The application took responses of so many bytes: their credit goes back.
    ///
    /// - Returns: whether it goes now, and the server may be waiting for it.
    @discardableResult
    public mutating func taken(bytes: Int, messages: Int = 1, _ id: UInt32) -> Bool {
        let grant = self.streams.change(id) { $0.inbound.taken(bytes: bytes, messages: messages) }
        guard let grant, let grant else { return false }
        self.output.append(control: ServerConnection.window(grant, id))
        return true
    }

    /// Asks whether the server is alive.
    public mutating func ping(_ payload: UInt64) {
        self.pings += 1
        let body = withUnsafeBytes(of: payload.bigEndian) { Array($0) }
        self.output.append(control: Frame.encoded(.ping, body: body))
    }

    /// Says that no more calls come.
    public mutating func sayGoodbye() {
        guard self.isGreeted, !self.isClosed else { return }
        let farewell = GoAway(lastStream: 0, code: .noError, reason: "client is done")
        self.output.append(last: Frame.encoded(.goAway, header: farewell.encoded()))
        self.actions.append(.farewell(farewell.code, isOwn: true))
    }

    mutating func receiveOnStream(
        _ frame: Frame, _ now: ContinuousClock.Instant
    ) throws(ConnectionFault) {
        if self.receivedWhole(frame) { return }
        guard self.streams.contains(frame.stream) else {
            guard frame.stream < self.nextStream else {
                throw ConnectionFault(
                    .protocolViolation, "\(frame.type) on stream \(frame.stream), never opened")
            }
            // What was in flight when the call ended here.
            if frame.type == .status { return self.budget.callEnded() }
            return
        }
        switch frame.type {
        case .message: try self.receiveMessage(frame, now)
        case .status: try self.receiveStatus(frame)
        case .headers: self.receiveHeaders(frame)
        case .window: try self.receiveWindow(frame, now)
        case .hello, .request, .cancel, .ping, .goAway: break
        }
    }

    /// The usual end of a call: OK without trailers, and its one reply, whole, in one frame.
    ///
    /// - Returns: whether it was that; nothing was done otherwise.
    private mutating func receivedWhole(_ frame: Frame) -> Bool {
        guard frame.type == .status, frame.flags == .end, frame.header.isEmpty,
            frame.body.count <= Int(self.own.limits.messageBytesMax),
            self.streams.removeUsual(frame.stream)
        else { return false }
        self.closed(frame.stream)
        self.actions.append(
            .succeeded(frame.stream, reply: Array(frame.body), trailers: Metadata()))
        return true
    }

    /// The usual way of responses on a stream.
    ///
    /// - Returns: whether they were taken; nothing was done otherwise.
    mutating func takes(_ run: FrameRun) -> Bool {
        guard self.isGreeted, !self.isClosed else { return false }
        let limit = Int(self.own.limits.messageBytesMax)
        let isTaken = self.streams.changeOther(run.stream) { stream in
            guard stream.kind.streamsResponses, stream.inbound.takes(run, messageBytesMax: limit)
            else { return false }
            stream.sawMessage = true
            return true
        }
        guard isTaken == true else { return false }
        self.actions.append(.responses(run.stream, MessageRun(run)))
        return true
    }

    private mutating func receiveMessage(
        _ frame: Frame, _ now: ContinuousClock.Instant
    ) throws(ConnectionFault) {
        if frame.doesNoWork { try self.budget.spend(on: "empty MESSAGE", now: now) }
        guard !frame.flags.contains(.end), !frame.flags.contains(.compressed) else {
            return self.breakCall(frame.stream, "END or COMPRESSED on a response")
        }
        guard let message = try self.take(frame) else { return }
        self.deliver(message, frame.stream)
    }

    private mutating func take(_ frame: Frame) throws(ConnectionFault) -> [UInt8]? {
        let limit = Int(self.own.limits.messageBytesMax)
        do throws(DirectionFault) {
            return try self.streams.change(frame.stream) { stream throws(DirectionFault) in
                try stream.inbound.receive(frame, messageBytesMax: limit)
            } ?? nil
        } catch {
            switch error {
            case .connection(let fault): throw fault
            case .stream(let fault): self.breakCall(frame.stream, fault.error)
            }
            return nil
        }
    }

    private mutating func deliver(_ message: [UInt8], _ id: UInt32) {
        switch self.streams.change(id, { $0.received(message) }) {
        case .next: self.actions.append(.responses(id, MessageRun(message)))
        case .second:
            self.cancelOnWire(id, .internalError)
            self.end(
                id,
                RPCError(
                    .unimplemented, "two replies to a call that takes one",
                    reason: ErrorReason.cardinality))
        case .only, nil: break
        }
    }

    private mutating func receiveStatus(_ frame: Frame) throws(ConnectionFault) {
        guard !frame.flags.contains(.compressed) else {
            return self.end(frame.stream, Self.broken("COMPRESSED without an encoding"))
        }
        // OK without trailers, as most calls end.
        if frame.header.isEmpty, frame.flags.contains(.end) {
            return try self.receiveReply(frame, Metadata())
        }
        guard let block = try? StatusBlock(decoding: frame.header), frame.flags.contains(.end)
        else {
            return self.end(frame.stream, Self.broken("a status that does not parse"))
        }
        let unprocessed = frame.flags.contains(.unprocessed)
        if let error = block.error(isUnprocessed: unprocessed) {
            return self.end(frame.stream, error, trailers: block.trailers)
        }
        try self.receiveReply(frame, block.trailers)
    }

    /// The server says that the call went well.
    private mutating func receiveReply(
        _ frame: Frame, _ trailers: Metadata
    ) throws(ConnectionFault) {
        if !frame.flags.contains(.noMessage) {
            if let message = try self.take(frame) { self.deliver(message, frame.stream) }
        } else if self.streams[frame.stream]?.inbound.isAssembling == true {
            return self.end(frame.stream, Self.broken("END inside an unfinished message"))
        }
        self.finish(frame.stream, trailers)
    }

    private static func broken(_ what: String) -> RPCError {
        RPCError(
            .internalError, "the server sent \(what)", reason: ErrorReason.protocolViolation)
    }

    private mutating func finish(_ id: UInt32, _ trailers: Metadata) {
        let (isStream, reply) =
            self.streams.change(id) { ($0.kind.streamsResponses, $0.reply.take()) } ?? (true, nil)
        if reply == nil, !isStream {
            return self.end(
                id,
                RPCError(
                    .unimplemented, "the server answered without a message",
                    reason: ErrorReason.cardinality))
        }
        guard self.close(id) else { return }
        self.actions.append(.succeeded(id, reply: reply, trailers: trailers))
    }

    private mutating func receiveHeaders(_ frame: Frame) {
        guard let stream = self.streams[frame.stream], !stream.sawHeaders, !stream.sawMessage else {
            return self.breakCall(frame.stream, "HEADERS twice or after a message")
        }
        guard let header = try? ReplyHeader(decoding: frame.header) else {
            return self.breakCall(frame.stream, "HEADERS that do not parse")
        }
        self.streams.change(frame.stream) { $0.sawHeaders = true }
        self.actions.append(.headers(frame.stream, header.metadata))
    }

    private mutating func receiveWindow(
        _ frame: Frame, _ now: ContinuousClock.Instant
    ) throws(ConnectionFault) {
        let bytes = frame.body.loadUnaligned(as: UInt32.self).bigEndian
        if bytes < ServerConnection.freeGrantBytes {
            try self.budget.spend(on: "WINDOW", now: now)
        }
        do throws(DirectionFault) {
            let resumes = try self.streams.change(frame.stream) { stream throws(DirectionFault) in
                try stream.outbound.granted(bytes)
            }
            if resumes == true { self.actions.append(.writable(frame.stream)) }
        } catch {
            switch error {
            case .connection(let fault): throw fault
            case .stream(let fault): self.breakCall(frame.stream, fault.error)
            }
        }
    }

    private mutating func breakCall(_ id: UInt32, _ what: String) {
        self.breakCall(id, Self.broken(what))
    }

    private mutating func breakCall(_ id: UInt32, _ error: RPCError) {
        self.cancelOnWire(id, error.code == .internalError ? .internalError : .cancelled)
        self.end(id, error)
    }

    private mutating func cancelOnWire(_ id: UInt32, _ code: StatusCode) {
        let header = CancelBlock(code: code).encoded()
        self.output.append(control: Frame.encoded(.cancel, stream: id, header: header))
    }

    private func tooLarge(_ count: Int) -> RPCError? {
        let limit = Int(self.peer.messageBytesMax)
        guard count > limit else { return nil }
        return RPCError(
            .resourceExhausted, "message of \(count) bytes; the server takes \(limit)",
            reason: ErrorReason.messageTooLarge,
            facts: ["limit": "\(limit)", "bytes": "\(count)"])
    }
}
