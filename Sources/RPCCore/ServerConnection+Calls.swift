// What clients send on streams.
extension ServerConnection {
    mutating func receiveRequest(
        _ frame: Frame, _ now: ContinuousClock.Instant
    ) throws(ConnectionFault) {
        guard frame.stream > self.highestStream else {
            throw ConnectionFault(
                .protocolViolation,
                "REQUEST \(frame.stream) is not above \(self.highestStream)")
        }
        self.highestStream = frame.stream
        if frame.stream > self.lastAccepted {
            return self.refuse(
                frame,
                RPCError(
                    .unavailable, "the server is about to stop", reason: ErrorReason.draining,
                    isUnprocessed: true))
        }
        guard self.openCalls < Int(self.own.limits.streamsMax) else {
            return self.refuse(
                frame,
                RPCError(
                    .resourceExhausted, "\(self.openCalls) calls are open, which is the most",
                    reason: ErrorReason.queueFull, isUnprocessed: true))
        }
        let start: CallStart
        var metadata: Metadata?
        do throws(StreamFault) {
            start = try CallStart(frame, self.methods, metadata: &metadata)
        } catch {
            return self.refuse(frame, error.error)
        }
        let kind = start.kind
        if self.isWhole(frame, kind) { return self.takeWhole(frame, start, metadata) }
        self.streams.insert(
            frame.stream,
            Stream(
                kind: kind,
                inbound: InboundDirection(
                    isStreaming: kind.streamsRequests, window: self.own.limits.windowBytes),
                outbound: OutboundDirection(
                    isStreaming: kind.streamsResponses, window: self.peer.windowBytes),
                pending: Pending(start, metadata, at: Moment(now))))
        if kind.streamsRequests { self.begin(frame.stream, request: nil, now) }
        try self.take(frame, now)
        if self.streams[frame.stream]?.pending != nil { self.actions.append(.unfinished) }
    }

    /// Longest time for a request that comes in pieces, where its caller names none: it holds a
    /// stream and memory, and nobody would ever end it.
    static let unfinishedMax = Duration.seconds(60)

    /// Ends the calls whose requests are not whole by the time their callers give up.
    ///
    /// - Returns: when to look again; nil while none is unfinished.
    public mutating func expireUnfinished(now instant: ContinuousClock.Instant) -> ContinuousClock
        .Instant?
    {
        let now = Moment(instant)
        var next: Moment?
        for id in self.streams.keys.sorted() {
            guard let pending = self.streams[id]?.pending else { continue }
            if pending.until > now {
                next = min(next ?? pending.until, pending.until)
            } else {
                self.breakCall(id, .late("the request was not whole by then"))
            }
        }
        return next?.instant
    }

    /// The usual call: one request, whole, in one frame.
    private func isWhole(_ frame: Frame, _ kind: CallKind) -> Bool {
        frame.flags == .end && !kind.streamsRequests
            && frame.body.count <= Int(self.own.limits.messageBytesMax)
    }

    /// Such a call begins at once.
    private mutating func takeWhole(
        _ frame: Frame, _ start: CallStart, _ metadata: Metadata?
    ) {
        if start.kind == .unary {
            self.streams.insertUsual(frame.stream)
        } else {
            self.streams.insert(
                frame.stream,
                Stream(
                    kind: start.kind, inbound: .ended,
                    outbound: OutboundDirection(
                        isStreaming: start.kind.streamsResponses, window: self.peer.windowBytes)))
        }
        self.arrived.append(start, metadata, copying: frame.body)
    }

    /// The usual way of requests on a stream.
    ///
    /// - Returns: whether they were taken; nothing was done otherwise.
    mutating func takes(_ run: FrameRun) -> Bool {
        let room = min(self.own.limits.assemblyBytesMax, self.assemblyRoom) - self.heldBytes
        guard self.isGreeted, self.phase != .closed, run.messageBytes <= room else { return false }
        let limit = Int(self.own.limits.messageBytesMax)
        let isTaken = self.streams.changeOther(run.stream) { stream in
            stream.kind.streamsRequests && stream.inbound.takes(run, messageBytesMax: limit)
        }
        guard isTaken == true else { return false }
        self.heldBytes += run.messageBytes
        self.actions.append(.requests(run.stream, MessageRun(run)))
        return true
    }

    mutating func receiveMessage(
        _ frame: Frame, _ now: ContinuousClock.Instant
    ) throws(ConnectionFault) {
        guard try self.isOpen(frame, now) else { return }
        if frame.flags.contains(.compressed) {
            return self.breakCall(
                frame.stream,
                RPCError(
                    .internalError, "COMPRESSED without an encoding",
                    reason: ErrorReason.protocolViolation))
        }
        if frame.doesNoWork { try self.budget.spend(on: "empty MESSAGE", now: now) }
        try self.take(frame, now)
    }

    /// Feeds the message part of a frame into its call.
    private mutating func take(
        _ frame: Frame, _ now: ContinuousClock.Instant
    ) throws(ConnectionFault) {
        guard var stream = self.streams[frame.stream] else { return }
        let before = stream.inbound.heldBytes
        let limit = Int(self.own.limits.messageBytesMax)
        let message: [UInt8]?
        do throws(DirectionFault) {
            message = try stream.inbound.receive(frame, messageBytesMax: limit)
        } catch {
            switch error {
            case .connection(let fault): throw fault
            case .stream(let fault): return self.breakCall(frame.stream, fault.error)
            }
        }
        self.heldBytes += stream.inbound.heldBytes - before
        self.streams.replace(frame.stream, stream)
        if self.heldBytes > min(self.own.limits.assemblyBytesMax, self.assemblyRoom) {
            return self.breakCall(
                frame.stream,
                RPCError(
                    .resourceExhausted, "too many messages are unfinished or unread",
                    reason: ErrorReason.limit, isUnprocessed: stream.pending != nil))
        }
        self.deliver(message, frame.stream, ended: stream.inbound.hasEnded, now)
    }

    private mutating func deliver(
        _ message: [UInt8]?, _ id: UInt32, ended: Bool, _ now: ContinuousClock.Instant
    ) {
        guard let stream = self.streams[id] else { return }
        if stream.kind.streamsRequests {
            if let message { self.actions.append(.requests(id, MessageRun(message))) }
            if ended { self.actions.append(.requestsEnded(id)) }
            return
        }
        if let message {
            guard self.requests[id] == nil else {
                return self.wrongCount(id, "more than one message")
            }
            self.requests[id] = message
        }
        guard ended else { return }
        guard let request = self.requests.removeValue(forKey: id) else {
            return self.wrongCount(id, "no message")
        }
        self.begin(id, request: request, now)
    }

    private mutating func wrongCount(_ id: UInt32, _ what: String) {
        let method = self.streams[id]?.pending.map { self.methods.path(of: $0.method) } ?? ""
        self.breakCall(
            id,
            RPCError(
                .unimplemented, "\(what) for \(method), which takes exactly one",
                reason: ErrorReason.cardinality))
    }

    private mutating func begin(
        _ id: UInt32, request: [UInt8]?, _ now: ContinuousClock.Instant
    ) {
        guard let stream = self.streams[id], let pending = stream.pending else { return }
        guard let start = pending.start(at: Moment(now)) else {
            return self.breakCall(id, .late("the request was not whole by then"))
        }
        let freed = self.streams.change(id) { stream in
            stream.pending = nil
            let held = stream.inbound.heldBytes
            _ = stream.inbound.taken(bytes: request?.count ?? 0, messages: 1)
            return held - stream.inbound.heldBytes
        }
        self.heldBytes -= freed ?? 0
        self.arrived.append(start, pending.metadata, request)
        if stream.kind.streamsRequests { self.actions.append(.begin) }
    }

    mutating func receiveCancel(
        _ frame: Frame, _ now: ContinuousClock.Instant
    ) throws(ConnectionFault) {
        try self.budget.spend(on: "CANCEL", now: now)
        guard try self.isOpen(frame, now) else { return }
        let block = (try? CancelBlock(decoding: frame.header)) ?? CancelBlock(code: .cancelled)
        self.endCall(frame.stream, RPCError(block.code, "the caller gave up"))
        self.output.drop(frame.stream)
    }

    /// Smallest grant that costs nothing: half of the smallest window, as a fair peer sends.
    static let freeGrantBytes: UInt32 = 32 * 1024

    mutating func receiveWindow(
        _ frame: Frame, _ now: ContinuousClock.Instant
    ) throws(ConnectionFault) {
        let bytes = frame.body.loadUnaligned(as: UInt32.self).bigEndian
        if bytes < Self.freeGrantBytes { try self.budget.spend(on: "WINDOW", now: now) }
        guard try self.isOpen(frame, now) else { return }
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

    /// Whether a frame speaks of an open call; of a closed one it is ignored at a cost.
    private mutating func isOpen(
        _ frame: Frame, _ now: ContinuousClock.Instant
    ) throws(ConnectionFault) -> Bool {
        if self.streams.contains(frame.stream) { return true }
        guard frame.stream <= self.highestStream else {
            throw ConnectionFault(
                .protocolViolation, "\(frame.type) on stream \(frame.stream), never opened")
        }
        if frame.type != .cancel, !self.isInFlight(frame) {
            try self.budget.spend(on: "late \(frame.type)", now: now)
        }
        return false
    }

    /// Calls that ended early and whose late frames are still expected.
    private static let lateCallsMax = 1024

    /// Whether the frame was sent before its sender could know that the call is over.
    private mutating func isInFlight(_ frame: Frame) -> Bool {
        guard let left = self.late[frame.stream], left > 0 else { return false }
        let cost = frame.body.count + Limits.messageOverhead
        self.late[frame.stream] = frame.flags.contains(.end) ? nil : left - cost
        return true
    }

    /// Takes a call out after a last look at it.
    mutating func remove(_ id: UInt32) -> Stream.End? {
        let limit = Int(self.own.limits.messageBytesMax)
        return self.streams.remove(id) { $0.end(messageBytesMax: limit) }
    }

    /// Lets go of what an ending call held, and remembers what may still come for it when it ends
    /// before its caller is done.
    mutating func forget(_ id: UInt32, _ end: Stream.End) {
        self.heldBytes -= end.heldBytes
        self.expectLate(id, end.inFlight)
    }

    private mutating func expectLate(_ id: UInt32, _ credit: Int) {
        guard credit > 0 else { return }
        if self.late.count >= Self.lateCallsMax { self.late = [:] }
        self.late[id] = credit
    }

    /// Answers a call that no handler will see, and whose other frames may be on their way.
    private mutating func refuse(_ request: Frame, _ error: RPCError) {
        if !request.flags.contains(.end) {
            self.expectLate(
                request.stream,
                InboundDirection.inFlight(
                    credit: Int(self.own.limits.windowBytes),
                    messageBytesMax: Int(self.own.limits.messageBytesMax)))
        }
        self.writeStatus(request.stream, error)
        self.actions.append(.refused(error))
    }

    /// Ends a call because of what the peer sent: STATUS, and the handler is told.
    mutating func breakCall(_ id: UInt32, _ error: RPCError) {
        guard self.streams.contains(id) else { return }
        if self.streams[id]?.pending != nil { self.actions.append(.refused(error)) }
        self.output.drop(id)
        self.endCall(id, error)
        self.writeStatus(id, error)
    }

    /// Forgets a call; a handler that runs is told and counted until it returns.
    private mutating func endCall(_ id: UInt32, _ error: RPCError) {
        guard let end = self.remove(id) else { return }
        self.forget(id, end)
        if !self.requests.isEmpty { self.requests[id] = nil }
        if end.hasBegun { self.tellOfEnd(id, error) }
    }
}
