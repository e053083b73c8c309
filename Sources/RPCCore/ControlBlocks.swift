/// Why a caller gave up: `tally.rpc.v1.Cancel`.
struct CancelBlock: Hashable {
    var code: StatusCode
    var reason = ""

    init(code: StatusCode, reason: String = "") {
        self.code = code
        self.reason = reason
    }

    func encoded() -> [UInt8] {
        var writer = WireWriter()
        writer.number(1, UInt64(self.code.rawValue))
        writer.text(2, self.reason)
        return writer.bytes
    }

    init(decoding bytes: UnsafeRawBufferPointer) throws(WireReader.Malformed) {
        self.init(code: .cancelled)
        var reader = WireReader(bytes)
        while let (number, field) = try reader.next() {
            switch number {
            case 1: self.code = StatusCode(rawValue: Int32(bitPattern: field.uint32)) ?? .cancelled
            case 2: self.reason = try field.text()
            case _: break
            }
        }
    }
}

/// Why a side ends the connection: `tally.rpc.v1.GoAway`.
public struct GoAway: Sendable, Hashable {
    /// The kinds of end.
    public enum Code: UInt32, Sendable, Hashable {
        /// A drain: no more calls, those that run may end.
        case noError = 0
        /// A frame that the protocol does not allow.
        case protocolViolation = 1
        /// A length above a limit.
        case frameSize = 2
        /// Credit was overdrawn or overflowed.
        case flowControl = 3
        /// The introduction was wrong.
        case handshake = 4
        /// The major versions differ.
        case version = 5
        /// More control frames than anyone needs.
        case excessLoad = 6
        /// A time limit passed.
        case timeout = 7
        /// Our own fault.
        case internalError = 8
    }

    /// Calls above this id were not and will not be looked at.
    public var lastStream: UInt32
    /// Why.
    public var code: Code
    /// Words for the other side's log.
    public var reason: String
    /// How long running calls may go on, milliseconds.
    public var graceMilliseconds: UInt32

    /// Makes a farewell.
    public init(
        lastStream: UInt32, code: Code, reason: String = "", graceMilliseconds: UInt32 = 0
    ) {
        self.lastStream = lastStream
        self.code = code
        self.reason = reason
        self.graceMilliseconds = graceMilliseconds
    }

    func encoded() -> [UInt8] {
        var writer = WireWriter()
        writer.number(1, self.lastStream)
        writer.number(2, self.code.rawValue)
        writer.text(3, self.reason)
        writer.number(4, self.graceMilliseconds)
        return writer.bytes
    }

    init(decoding bytes: UnsafeRawBufferPointer) throws(WireReader.Malformed) {
        self.init(lastStream: 0, code: .noError)
        var reader = WireReader(bytes)
        while let (number, field) = try reader.next() {
            switch number {
            case 1: self.lastStream = field.uint32
            case 2: self.code = Code(rawValue: field.uint32) ?? .internalError
            case 3: self.reason = try field.text()
            case 4: self.graceMilliseconds = field.uint32
            case _: break
            }
        }
    }
}
