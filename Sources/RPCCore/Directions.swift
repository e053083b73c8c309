/// What broke a call: the connection stays.
struct StreamFault: Error, Hashable {
    let error: RPCError

    init(_ code: StatusCode, _ message: String, reason: String, facts: [String: String] = [:]) {
        self.error = RPCError(code, message, reason: reason, facts: facts)
    }
}

/// Messages that arrive on one stream: assembly of fragments, credit, the end.
struct InboundDirection {
    /// Whether more than one message may come; only then is there credit.
    let isStreaming: Bool
    private(set) var hasEnded = false
    private(set) var messages = 0
    private var fragments: [UInt8] = []
    private(set) var isAssembling = false
    /// Credit that the peer has left; may be negative after a large message.
    private(set) var credit: Int
    private let window: Int
    private var owed = 0

    /// Bytes of complete messages that the application has not taken; a single one is its own as
    /// soon as the direction has ended.
    private var untaken = 0

    /// Bytes of an unfinished message, and of those that nobody has taken.
    var heldBytes: Int { self.fragments.count + self.untaken }

    /// What an honest peer may still have in flight when the call ends early, in credit.
    func inFlight(messageBytesMax: Int) -> Int {
        if self.hasEnded { return 0 }
        let credit = self.isStreaming ? max(self.credit, 0) : 0
        return Self.inFlight(credit: credit, messageBytesMax: messageBytesMax)
    }

    /// The credit, and a message that was begun with the last of it; in pieces of 1 KiB or more,
    /// each of which costs its overhead.
    static func inFlight(credit: Int, messageBytesMax: Int) -> Int {
        credit + messageBytesMax + messageBytesMax / 1024 * Limits.messageOverhead
    }

    init(isStreaming: Bool, window: UInt32) {
        self.isStreaming = isStreaming
        self.window = Int(window)
        self.credit = Int(window)
    }

    /// Takes the message part of a frame.
    ///
    /// - Returns: the whole message when this frame completes one.
    mutating func receive(
        _ frame: Frame, messageBytesMax: Int
    ) throws(DirectionFault) -> [UInt8]? {
        if self.hasEnded { throw .stream(Self.broken("a message after END")) }
        let (more, end) = (frame.flags.contains(.more), frame.flags.contains(.end))
        if more && end { throw .stream(Self.broken("MORE with END")) }
        if frame.flags.contains(.noMessage) {
            if self.isAssembling { throw .stream(Self.broken("an unfinished message")) }
            if more || frame.body.count > 0 { throw .stream(Self.broken("NO_MESSAGE with bytes")) }
            self.hasEnded = end
            return nil
        }
        if end { self.hasEnded = true }
        let message = try self.assemble(frame.body, more: more, max: messageBytesMax)
        return message
    }

    /// Takes whole messages, when nothing speaks against any of them.
    ///
    /// - Returns: whether it did; nothing was done otherwise, and `receive` says what is wrong.
    mutating func takes(_ run: FrameRun, messageBytesMax: Int) -> Bool {
        guard self.isStreaming, !self.hasEnded, !self.isAssembling,
            run.messageBytes <= messageBytesMax, self.credit > run.creditBeforeLast
        else { return false }
        self.messages += run.count
        self.credit -= run.credit
        self.untaken += run.messageBytes
        return true
    }

    private mutating func assemble(
        _ body: UnsafeRawBufferPointer, more: Bool, max: Int
    ) throws(DirectionFault) -> [UInt8]? {
        if self.isStreaming && !self.isAssembling && self.credit <= 0 {
            throw .connection(ConnectionFault(.flowControl, "a message without credit"))
        }
        let size = self.fragments.count + body.count
        guard size <= max else {
            throw .stream(
                StreamFault(
                    .resourceExhausted, "message of at least \(size) bytes; at most \(max)",
                    reason: ErrorReason.messageTooLarge,
                    facts: ["limit": "\(max)", "bytes": "\(size)"]))
        }
        if more {
            self.fragments.append(contentsOf: body)
            self.isAssembling = true
            return nil
        }
        defer {
            self.fragments = []
            self.isAssembling = false
        }
        self.messages += 1
        self.credit -= size + Limits.messageOverhead
        if self.isStreaming || !self.hasEnded { self.untaken += size }
        if self.fragments.isEmpty { return Array(body) }
        return self.fragments + body
    }

    /// The application took messages of so many bytes.
    ///
    /// - Returns: credit to give back now, when at least half the window is owed.
    mutating func taken(bytes: Int, messages: Int) -> UInt32? {
        self.untaken -= min(bytes, self.untaken)
        guard self.isStreaming, !self.hasEnded else { return nil }
        self.owed += bytes + messages * Limits.messageOverhead
        guard self.owed * 2 >= self.window else { return nil }
        let grant = self.owed
        self.owed = 0
        self.credit += grant
        return UInt32(clamping: grant)
    }

    /// A direction whose one message has come.
    static var ended: InboundDirection {
        var direction = InboundDirection(isStreaming: false, window: 0)
        direction.hasEnded = true
        return direction
    }

    private static func broken(_ what: String) -> StreamFault {
        StreamFault(.internalError, "peer sent \(what)", reason: ErrorReason.protocolViolation)
    }
}

/// Which of the two is at stake.
enum DirectionFault: Error {
    case stream(StreamFault)
    case connection(ConnectionFault)
}

/// What became of a message that was to be sent on a stream.
public enum StreamSending: Sendable, Hashable {
    /// It is on its way.
    case sent
    /// The peer has given no credit for it; `writable` tells when.
    case mustWait
    /// The call is over, or its sender said so.
    case ended
    /// The peer does not take such a message.
    case failed(RPCError)
}

/// Messages that leave on one stream.
struct OutboundDirection {
    let isStreaming: Bool
    var hasEnded = false
    private(set) var credit: Int

    init(isStreaming: Bool, window: UInt32) {
        self.isStreaming = isStreaming
        self.credit = Int(window)
    }

    /// Whether a message may be started now; a single message needs no credit.
    var mayStart: Bool { !self.isStreaming || self.credit > 0 }

    mutating func started(bytes: Int) {
        if self.isStreaming { self.credit -= bytes + Limits.messageOverhead }
    }

    /// Credit arrived.
    ///
    /// - Returns: whether a sender that waited may go on.
    mutating func granted(_ bytes: UInt32) throws(DirectionFault) -> Bool {
        guard bytes > 0, self.isStreaming else {
            throw .stream(
                StreamFault(
                    .internalError, bytes == 0 ? "WINDOW of 0" : "WINDOW on a unary direction",
                    reason: ErrorReason.protocolViolation))
        }
        let waited = self.credit <= 0
        self.credit += Int(bytes)
        guard self.credit <= Int(Int32.max) else {
            throw .connection(ConnectionFault(.flowControl, "credit above 2^31-1"))
        }
        return waited && self.credit > 0
    }
}
