/// The calling side of one connection, without I/O: bytes in, actions and bytes out.
///
/// Small questions are inlinable: for any other the caller lends its own copy of the whole state.
public struct ClientConnection: ~Copyable, Sendable {
    /// What the owner is to do.
    public enum Action: Sendable {
        /// The peer introduced itself: calls may be made.
        case greeted(Hello)
        /// Metadata came before the first response.
        case headers(UInt32, Metadata)
        /// Responses of a call that may have many.
        case responses(UInt32, MessageRun)
        /// The call ended well, with its reply where it takes a single one.
        case succeeded(UInt32, reply: [UInt8]?, trailers: Metadata)
        /// The call ended otherwise.
        case failed(UInt32, RPCError, trailers: Metadata)
        /// The call may send again.
        case writable(UInt32)
        /// The server wants no more calls; those that run may end.
        case draining(GoAway)
        /// A farewell was said or heard; only to be counted.
        case farewell(GoAway.Code, isOwn: Bool)
        /// Our ping came back.
        case pong(UInt64)
        /// Write what waits, then close.
        case close(RPCError)
    }

    @usableFromInline struct Stream: UsualStream {
        let kind: CallKind
        var inbound: InboundDirection
        var outbound: OutboundDirection
        var sawHeaders = false
        var sawMessage = false
        /// A unary reply waits for its status.
        var reply: [UInt8]?

        /// What a message is to its call.
        enum Response {
            /// One of many.
            case next
            /// The reply; kept until the status comes.
            case only
            /// One too many.
            case second
        }

        /// A call whose one request was sent whole, and of whose reply nothing came yet.
        @usableFromInline static var usual: Stream {
            var outbound = OutboundDirection(isStreaming: false, window: 0)
            outbound.hasEnded = true
            return Stream(
                kind: .unary, inbound: InboundDirection(isStreaming: false, window: 0),
                outbound: outbound)
        }

        mutating func received(_ message: [UInt8]) -> Response {
            self.sawMessage = true
            if self.kind.streamsResponses { return .next }
            guard self.reply == nil else { return .second }
            self.reply = message
            return .only
        }
    }

    let own: Hello
    @usableFromInline var peer = Limits.assumed
    @usableFromInline var setup = ConnectionSetup()
    var reader: FrameReader
    var budget: ControlBudget
    @usableFromInline var output = OutboundQueue()
    @usableFromInline var streams = OpenStreams<Stream>()
    @usableFromInline var nextStream: UInt32
    @usableFromInline var actions = Fifo<Action>()
    @usableFromInline var isClosed = false
    /// The peer introduced itself in exactly our words.
    private var looksLikeAnEcho = false
    /// Our pings that have not come back.
    var pings = 0
    /// Calls above this id were not looked at by a server that said goodbye.
    var lastAccepted: UInt32 = Limits.streamMax
    /// Whether no more calls may be opened here.
    public private(set) var isDraining = false

    /// Makes the machine of a fresh connection; its preface and HELLO wait to be written.
    ///
    /// - Parameter firstStream: first id to use, odd or even; a test starts near the end.
    public init(own: Hello, firstStream: UInt32 = 1, now: ContinuousClock.Instant) {
        self.own = own
        self.nextStream = firstStream
        self.reader = FrameReader(limits: own.limits)
        self.budget = ControlBudget(now: now)
        self.output.append(
            control: Preface.bytes + Frame.encoded(.hello, header: own.encoded()))
    }

    /// Whether the introduction is over.
    @inlinable public var isGreeted: Bool { self.setup.state == .done }
    /// Calls that are open.
    public var openCalls: Int { self.streams.count }
    /// Whether one more call may be opened now.
    @inlinable public var hasFreeStream: Bool {
        self.isGreeted && !self.isClosed && !self.isDraining
            && self.streams.count < Int(self.peer.streamsMax)
    }
    /// Whether the ids are used up, so that another connection is needed.
    @inlinable public var isExhausted: Bool { self.nextStream > Limits.streamMax }
    /// Bytes that wait to be written.
    @inlinable public var queuedBytes: Int { self.output.bytes }
    /// Limits of the server.
    public var peerLimits: Limits { self.peer }

    /// Gives memory of busier times back; the owner calls it now and then.
    public mutating func trim() {
        self.streams.trim()
        self.output.trim()
        if self.actions.isEmpty { self.actions.removeAll() }
    }

    /// Whether there is anything to take.
    @inlinable public var hasActions: Bool { !self.actions.isEmpty }

    /// Takes the actions that have come up.
    @inlinable public mutating func takeActions() -> Fifo<Action> {
        var taken = Fifo<Action>()
        swap(&taken, &self.actions)
        return taken
    }

    /// Gives the memory of actions back that have been carried out, for the next ones.
    @inlinable public mutating func reuse(_ taken: consuming Fifo<Action>) {
        guard taken.isEmpty, self.actions.isEmpty, self.actions.capacity < taken.capacity else {
            return
        }
        self.actions = taken
    }

    /// Takes bytes to write, at least one frame when any waits.
    public mutating func takeOutput(upTo bytes: Int) -> [UInt8] { self.output.take(upTo: bytes) }

    /// Takes bytes that arrived.
    public mutating func receive(_ bytes: UnsafeRawBufferPointer, now: ContinuousClock.Instant) {
        guard !self.isClosed else { return }
        if self.setup.state != .preface { return self.read(bytes, now) }
        switch self.setup.receive(bytes) {
        case .wait: break
        case .begun(let rest): rest.withUnsafeBytes { self.read($0, now) }
        case .refused(let reading, let seen): self.refuse(reading, seen)
        }
    }

    private mutating func refuse(_ reading: Preface.Reading, _ seen: [UInt8]) {
        if case .otherVersion(let major, let minor) = reading {
            let own = "\(Preface.major).\(Preface.minor)"
            return self.close(
                RPCError(
                    .unavailable, "the server speaks version \(major).\(minor), this is \(own)",
                    reason: ErrorReason.version,
                    facts: ["peer_version": "\(major).\(minor)", "version": own]))
        }
        let text = String(decoding: seen.map { (32...126).contains($0) ? $0 : 46 }, as: UTF8.self)
        self.close(
            RPCError(
                .unavailable, "the server does not speak Tally RPC; it said: \(text)",
                reason: ErrorReason.notTallyRPC, facts: ["first_bytes": text]))
    }

    private mutating func read(_ bytes: UnsafeRawBufferPointer, _ now: ContinuousClock.Instant) {
        var reader = self.reader
        self.reader = FrameReader(limits: self.own.limits)
        do throws(ConnectionFault) {
            try reader.read(bytes, takesRun: { self.takes($0) }) { step throws(ConnectionFault) in
                guard !self.isClosed else { return }
                switch step {
                case .frame(let frame): try self.handle(frame, now)
                case .ignored(let type):
                    guard self.isGreeted else {
                        throw ConnectionFault(.handshake, "frame \(type) where HELLO was due")
                    }
                    try self.budget.spend(on: "extension", now: now)
                }
            }
            self.reader = reader
        } catch {
            self.fail(error)
        }
    }

    private mutating func handle(
        _ frame: Frame, _ now: ContinuousClock.Instant
    ) throws(ConnectionFault) {
        guard self.isGreeted || frame.type == .goAway else {
            let hello = try self.setup.hello(frame)
            self.peer = hello.limits
            self.looksLikeAnEcho = hello == self.own.clamped()
            return self.actions.append(.greeted(hello))
        }
        switch frame.type {
        case .hello: throw ConnectionFault(.handshake, "a second HELLO")
        case .message, .status, .headers, .window: try self.receiveOnStream(frame, now)
        case .ping: try self.receivePing(frame, now)
        case .goAway: try self.receiveGoAway(frame, now)
        case .request where self.looksLikeAnEcho:
            self.close(
                RPCError(
                    .unavailable,
                    "the server does not speak Tally RPC; it sends back what it is sent",
                    reason: ErrorReason.notTallyRPC, facts: ["first_bytes": "\u{F1}TALLY"]))
        case .request, .cancel:
            throw ConnectionFault(.protocolViolation, "\(frame.type) from a server")
        }
    }

    private mutating func receivePing(
        _ frame: Frame, _ now: ContinuousClock.Instant
    ) throws(ConnectionFault) {
        if frame.flags.contains(.ack) {
            if self.pings == 0 { try self.budget.spend(on: "unasked PING ACK", now: now) }
            self.pings = max(0, self.pings - 1)
            self.actions.append(.pong(frame.body.loadUnaligned(as: UInt64.self).bigEndian))
            return
        }
        try self.budget.spend(on: "PING", now: now)
        self.output.append(control: Frame.encoded(.ping, .ack, body: Array(frame.body)))
    }

    private mutating func receiveGoAway(
        _ frame: Frame, _ now: ContinuousClock.Instant
    ) throws(ConnectionFault) {
        // The first costs nothing; a drain that has to name the exact last id says a second.
        if self.isDraining { try self.budget.spend(on: "GOAWAY", now: now) }
        let farewell =
            (try? GoAway(decoding: frame.header)) ?? GoAway(lastStream: 0, code: .internalError)
        self.actions.append(.farewell(farewell.code, isOwn: false))
        self.isDraining = true
        self.lastAccepted = min(self.lastAccepted, farewell.lastStream)
        self.refuseUnseen(farewell)
        guard farewell.code == .noError else {
            return self.close(Self.error(of: farewell))
        }
        // The confirmation is a barrier: every REQUEST before it is accepted, none comes after.
        // It must not overtake those that still wait, as other frames of the connection do.
        let highest = self.nextStream == 0 ? 0 : self.nextStream - 1
        let confirmation = GoAway(lastStream: highest, code: .noError)
        self.output.append(
            last: Frame.encoded(.goAway, .ack, header: confirmation.encoded()))
        self.actions.append(.draining(farewell))
    }

    private mutating func refuseUnseen(_ farewell: GoAway) {
        for id in self.streams.keys.sorted() where id > self.lastAccepted {
            self.end(
                id,
                RPCError(
                    .unavailable, "the server says goodbye: \(farewell.reason)",
                    reason: Self.reason(of: farewell), facts: ["goaway": farewell.reason],
                    isUnprocessed: true))
        }
    }

    private static func reason(of farewell: GoAway) -> String {
        switch farewell.code {
        case .noError: ErrorReason.draining
        case .excessLoad: ErrorReason.excessLoad
        case .version: ErrorReason.version
        case .timeout: ErrorReason.handshakeTimeout
        case .protocolViolation, .frameSize, .flowControl, .handshake, .internalError:
            ErrorReason.protocolViolation
        }
    }

    private static func error(of farewell: GoAway) -> RPCError {
        RPCError(
            .unavailable, "the server closed the connection: \(farewell.reason)",
            reason: Self.reason(of: farewell), facts: ["goaway": farewell.reason])
    }

    mutating func fail(_ fault: ConnectionFault) {
        let farewell = GoAway(lastStream: 0, code: fault.code, reason: fault.reason)
        self.output.append(control: Frame.encoded(.goAway, header: farewell.encoded()))
        self.actions.append(.farewell(farewell.code, isOwn: true))
        self.close(
            RPCError(
                .internalError, "the server broke the protocol: \(fault.reason)",
                reason: ErrorReason.protocolViolation))
    }

    /// Ends the connection and every call on it.
    mutating func close(_ error: RPCError) {
        guard !self.isClosed else { return }
        self.isClosed = true
        self.endAll(error)
        self.actions.append(.close(error))
    }

    /// The connection is gone; calls whose REQUEST never left were not processed.
    public mutating func connectionLost(_ error: RPCError) {
        guard !self.isClosed else { return }
        self.isClosed = true
        self.endAll(error)
    }

    private mutating func endAll(_ error: RPCError) {
        for id in self.streams.keys.sorted() {
            var own = error
            if self.output.drop(id) || id > self.lastAccepted { own.isUnprocessed = true }
            self.end(id, own)
        }
    }

    mutating func end(_ id: UInt32, _ error: RPCError, trailers: Metadata = Metadata()) {
        guard self.close(id) else { return }
        self.actions.append(.failed(id, error, trailers: trailers))
    }

    /// Forgets a call, and what it still had to send.
    ///
    /// - Returns: whether it was open.
    mutating func close(_ id: UInt32) -> Bool {
        guard self.streams.remove(id) else { return false }
        self.closed(id)
        return true
    }

    /// A call is out of the table: what it still had to send goes as well.
    mutating func closed(_ id: UInt32) {
        self.output.drop(id)
        self.budget.callEnded()
    }
}
