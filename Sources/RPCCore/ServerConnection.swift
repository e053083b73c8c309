/// The serving side of one connection, without I/O: bytes in, actions and bytes out.
///
/// The owner feeds what it reads, obeys the actions, begins the calls that `nextCall` gives, and
/// writes what `takeOutput` gives. Nothing here opens, waits or reads a clock.
///
/// Small questions are inlinable: for any other the caller lends its own copy of the whole state.
public struct ServerConnection: ~Copyable, Sendable {
    /// What the owner is to do.
    public enum Action: Sendable {
        /// Begin the calls that have arrived: requests of one of them stand behind this.
        case begin
        /// A call is over that has not begun.
        case withdrawn(CallStart, Metadata?, RPCError)
        /// More requests of a streaming call.
        case requests(UInt32, MessageRun)
        /// The caller sends no more requests.
        case requestsEnded(UInt32)
        /// The caller gave up or broke the protocol; nothing can be sent on the call any more.
        case cancelled(UInt32, RPCError)
        /// The call may send again.
        case writable(UInt32)
        /// The peer introduced itself.
        case greeted(Hello)
        /// The client confirmed a drain, or drains itself.
        case peerDrained
        /// A call came whose request is not whole: `expireUnfinished` says when to look at it.
        case unfinished
        /// A call was answered before any handler could see it; only to be counted.
        case refused(RPCError)
        /// A farewell was said or heard; only to be counted.
        case farewell(GoAway.Code, isOwn: Bool)
        /// Write what waits, then close. An orderly end is nobody's fault, and what waits are
        /// answers: whoever takes them slowly gets the time.
        case close(reason: String, isOrderly: Bool = false)
    }

    @usableFromInline struct Stream: UsualStream {
        let kind: CallKind
        var inbound: InboundDirection
        var outbound: OutboundDirection
        var sentHeaders = false
        /// Set until a request that came in pieces is complete.
        var pending: Pending?

        /// A call whose one request came whole, and that has one reply.
        @usableFromInline static var usual: Stream {
            Stream(
                kind: .unary, inbound: .ended,
                outbound: OutboundDirection(isStreaming: false, window: 0))
        }

        /// What counts of a call when it ends.
        struct End {
            let heldBytes: Int
            let inFlight: Int
            let hasBegun: Bool
        }

        func end(messageBytesMax: Int) -> End {
            End(
                heldBytes: self.inbound.heldBytes,
                inFlight: self.inbound.inFlight(messageBytesMax: messageBytesMax),
                hasBegun: self.pending == nil)
        }
    }

    /// A call that has not begun; apart, because most calls begin with their first frame.
    final class Pending: Sendable {
        private let start: CallStart
        let metadata: Metadata?
        private let at: Moment
        /// When its caller gives up, or nobody waits for the rest any more.
        let until: Moment

        init(_ start: CallStart, _ metadata: Metadata?, at now: Moment) {
            self.start = start
            self.metadata = metadata
            self.at = now
            let limit = now + ServerConnection.unfinishedMax
            self.until =
                start.timeoutMicroseconds == 0
                ? limit
                : min(limit, now + .microseconds(Int64(clamping: start.timeoutMicroseconds)))
        }

        var method: Int { self.start.method }

        /// The call with the time that is left of its caller's; nil when that is nothing.
        func start(at now: Moment) -> CallStart? {
            let passed = max(0, self.at.nanoseconds(until: now)) / 1000
            return self.start.later(byMicroseconds: UInt64(passed))
        }
    }

    /// Where the connection is; moves down the list only.
    enum Phase: Equatable {
        case setUp
        case open
        case draining
        case closed
    }

    let own: Hello
    let methods: MethodTable
    var peer = Limits.assumed
    var phase = Phase.setUp
    @usableFromInline var setup = ConnectionSetup()
    var reader: FrameReader
    var budget: ControlBudget
    @usableFromInline var output = OutboundQueue()
    @usableFromInline var streams = OpenStreams<Stream>()
    /// Whole requests of calls that take one, until END.
    var requests: [UInt32: [UInt8]] = [:]
    /// Credit of frames that may still come for calls that ended early: they cost nothing.
    var late: [UInt32: Int] = [:]
    /// Our pings that have not come back.
    var pings: UInt8 = 0
    /// Whether the client said that no more calls come, or was told that none are taken.
    var takesNoMoreCalls = false
    /// Calls that ended while their handlers still run.
    @usableFromInline var lingering = StreamTable<Bool>()
    var highestStream: UInt32 = 0
    /// Requests above this id are answered with DRAINING.
    var lastAccepted: UInt32 = Limits.streamMax
    @usableFromInline var actions = Fifo<Action>()
    @usableFromInline var arrived = ArrivedCalls()
    /// Bytes of messages that are unfinished or not taken yet.
    public internal(set) var heldBytes = 0
    /// What `heldBytes` may be as far as the process is concerned; its owner says so.
    public var assemblyRoom = Int.max

    /// Makes the machine of a fresh connection.
    ///
    /// - Parameters:
    ///   - methods: kinds of the calls that the server knows, by path.
    public init(own: Hello, methods: [String: CallKind], now: ContinuousClock.Instant) {
        self.init(own: own, methods: MethodTable(methods), now: now)
    }

    /// Makes the machine of a fresh connection, with a table that others use as well.
    public init(own: Hello, methods: MethodTable, now: ContinuousClock.Instant) {
        self.own = own
        self.methods = methods
        self.reader = FrameReader(limits: own.limits)
        self.budget = ControlBudget(now: now)
    }

    /// Calls whose handlers may be running.
    @inlinable public var openCalls: Int { self.streams.count + self.lingering.count }
    /// Bytes that wait to be written.
    @inlinable public var queuedBytes: Int { self.output.bytes }
    /// Whether the introduction is over.
    @inlinable public var isGreeted: Bool { self.setup.state == .done }
    /// Whether a drain has begun.
    public var isDraining: Bool { self.phase == .draining }

    /// Gives memory of busier times back; the owner calls it now and then.
    public mutating func trim() {
        self.streams.trim()
        self.output.trim()
        self.lingering.trim()
        self.arrived.trim()
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

    /// Whether calls wait to begin.
    @inlinable public var hasArrived: Bool { !self.arrived.isEmpty }

    /// The method of the call that is next to begin; nil when none waits.
    @inlinable public var nextMethod: Int? { self.arrived.nextMethod }

    /// Takes the call that is next to begin: its handler is to run.
    ///
    /// What belongs to it is to be taken as well, before the next call or more bytes.
    public mutating func nextCall() -> ArrivedCall? { self.arrived.popFirst() }

    /// Takes what belongs to a call that was taken: what its caller sends along, nil for nothing,
    /// and the memory in which its request stands, maybe beside others; not to be held for long.
    public mutating func belongings(
        of call: ArrivedCall
    ) -> (metadata: Metadata?, requests: [UInt8]) { self.arrived.belongings(call) }

    /// Takes bytes to write, at least one frame when any waits.
    public mutating func takeOutput(upTo bytes: Int) -> [UInt8] { self.output.take(upTo: bytes) }

    /// Takes bytes that arrived.
    public mutating func receive(_ bytes: UnsafeRawBufferPointer, now: ContinuousClock.Instant) {
        guard self.phase != .closed else { return }
        if self.setup.state != .preface { return self.read(bytes, now) }
        switch self.setup.receive(bytes) {
        case .wait: break
        case .begun(let rest):
            self.output.append(
                control: Preface.bytes + Frame.encoded(.hello, header: self.own.encoded()))
            rest.withUnsafeBytes { self.read($0, now) }
        case .refused(let reading, _): self.refuse(reading)
        }
    }

    /// The handshake took too long.
    public mutating func handshakeTimedOut() {
        guard self.setup.state != .done else { return }
        self.fail(ConnectionFault(.timeout, "no HELLO in time"))
    }

    private mutating func refuse(_ reading: Preface.Reading) {
        self.phase = .closed
        switch reading {
        case .http:
            self.output.append(control: Preface.httpAnswer)
            self.actions.append(.close(reason: "the peer speaks HTTP"))
        case .tls:
            self.output.append(control: TLSHint.answerToTLS)
            self.actions.append(.close(reason: "the peer speaks TLS; this port does not"))
        case .otherVersion(let major, let minor):
            let reason = "this is version \(Preface.major).\(Preface.minor), not \(major).\(minor)"
            let farewell = GoAway(lastStream: 0, code: .version, reason: reason)
            self.say(farewell, after: Preface.bytes)
            self.actions.append(.close(reason: reason))
        case .incomplete, .valid, .foreign:
            self.actions.append(.close(reason: "the peer speaks something else"))
        }
    }

    private mutating func read(_ bytes: UnsafeRawBufferPointer, _ now: ContinuousClock.Instant) {
        var reader = self.reader
        self.reader = FrameReader(limits: self.own.limits)
        do throws(ConnectionFault) {
            try reader.read(bytes, takesRun: { self.takes($0) }) { step throws(ConnectionFault) in
                guard self.phase != .closed else { return }
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
        guard self.isGreeted else {
            let hello = try self.setup.hello(frame)
            self.peer = hello.limits
            self.phase = self.phase == .draining ? .draining : .open
            self.actions.append(.greeted(hello))
            return
        }
        switch frame.type {
        case .hello: throw ConnectionFault(.handshake, "a second HELLO")
        case .request: try self.receiveRequest(frame, now)
        case .message: try self.receiveMessage(frame, now)
        case .cancel: try self.receiveCancel(frame, now)
        case .window: try self.receiveWindow(frame, now)
        case .ping: try self.receivePing(frame, now)
        case .goAway:
            // The first costs nothing; a client that drains while we do says a second.
            if self.takesNoMoreCalls { try self.budget.spend(on: "GOAWAY", now: now) }
            let farewell = try? GoAway(decoding: frame.header)
            self.actions.append(.farewell(farewell?.code ?? .internalError, isOwn: false))
            self.takesNoMoreCalls = true
            self.actions.append(.peerDrained)
        case .status, .headers:
            throw ConnectionFault(.protocolViolation, "\(frame.type) from a client")
        }
    }

    private mutating func receivePing(
        _ frame: Frame, _ now: ContinuousClock.Instant
    ) throws(ConnectionFault) {
        if frame.flags.contains(.ack), self.pings > 0 {
            self.pings -= 1
            return
        }
        let isAnswer = frame.flags.contains(.ack)
        try self.budget.spend(on: isAnswer ? "unasked PING ACK" : "PING", now: now)
        if isAnswer { return }
        self.output.append(control: Frame.encoded(.ping, .ack, body: Array(frame.body)))
    }

    /// Framing is broken: one GOAWAY, and nothing more is read.
    mutating func fail(_ fault: ConnectionFault) {
        guard self.phase != .closed else { return }
        let greeting = self.setup.state == .preface ? Preface.bytes : []
        let farewell = GoAway(
            lastStream: self.highestStream, code: fault.code, reason: fault.reason)
        self.say(farewell, after: greeting)
        self.closeCalls(
            RPCError(.unavailable, "the caller broke the protocol: \(fault.reason)"))
        self.phase = .closed
        self.actions.append(.close(reason: "\(fault.code): \(fault.reason)"))
    }

    mutating func say(_ farewell: GoAway, after greeting: [UInt8]) {
        self.output.append(control: greeting + Frame.encoded(.goAway, header: farewell.encoded()))
        self.actions.append(.farewell(farewell.code, isOwn: true))
    }

    /// The connection is gone; every open call is told.
    public mutating func connectionLost(_ words: String) {
        guard self.phase != .closed else { return }
        self.closeCalls(RPCError(.cancelled, words, reason: ErrorReason.connectionReset))
        self.phase = .closed
    }

    private mutating func closeCalls(_ error: RPCError) {
        for stream in self.streams.keys.sorted() {
            if self.streams[stream]?.pending == nil {
                self.tellOfEnd(stream, error)
            }
            self.output.drop(stream)
        }
        self.streams.removeAll()
        self.requests = [:]
        self.heldBytes = 0
    }

    /// A handler that runs is counted until it ends.
    mutating func tellOfEnd(_ id: UInt32, _ error: RPCError) {
        if let call = self.arrived.remove(id) {
            let metadata = self.arrived.belongings(call).metadata
            return self.actions.append(.withdrawn(call.start, metadata, error))
        }
        self.lingering[id] = true
        self.actions.append(.cancelled(id, error))
    }
}
