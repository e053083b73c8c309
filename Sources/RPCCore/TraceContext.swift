/// Which request a call belongs to, through every hop (W3C Trace Context, in binary): a trace id
/// of 16 bytes and the id of the caller's span. Holds no memory of its own.
public struct TraceContext: Sendable, Hashable, CustomStringConvertible {
    private let high: UInt64
    private let low: UInt64
    /// The caller's part of the trace; never 0.
    public let span: UInt64
    /// Bit 0: somebody records the trace.
    public let flags: UInt8

    /// Bytes on the wire: version, trace id, span id, flags.
    public static let byteCount = 26

    /// A trace from its parts; an id of all zeros is none, and becomes 1.
    public init(high: UInt64, low: UInt64, span: UInt64, flags: UInt8 = 1) {
        self.high = high
        self.low = high == 0 && low == 0 ? 1 : low
        self.span = max(1, span)
        self.flags = flags
    }

    /// Reads what came with a call; nil when it is no trace, which is as if nothing came.
    public init?(_ bytes: [UInt8]) {
        guard let trace = bytes.withUnsafeBytes({ TraceContext($0) }) else { return nil }
        self = trace
    }

    init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count == Self.byteCount, bytes[0] == 0 else { return nil }
        func number(_ start: Int) -> UInt64 {
            bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self).bigEndian
        }
        let (high, low, span) = (number(1), number(9), number(17))
        guard high != 0 || low != 0, span != 0 else { return nil }
        self.init(high: high, low: low, span: span, flags: bytes[25])
    }

    /// A trace whose id is given as 32 hexadecimal digits, dashes aside; nil for anything else.
    public init?(id: String, span: UInt64) {
        var (high, low, digits): (UInt64, UInt64, Int) = (0, 0, 0)
        for character in id where character != "-" {
            guard character.isASCII, let digit = character.hexDigitValue else { return nil }
            high = high << 4 | low >> 60
            low = low << 4 | UInt64(digit)
            digits += 1
        }
        guard digits == 32, high != 0 || low != 0 else { return nil }
        self.init(high: high, low: low, span: span)
    }

    /// The bytes that travel.
    public var bytes: [UInt8] {
        var bytes: [UInt8] = [0]
        bytes.reserveCapacity(Self.byteCount)
        for number in [self.high, self.low, self.span] {
            for shift in stride(from: 56, through: 0, by: -8) {
                bytes.append(UInt8(truncatingIfNeeded: number >> UInt64(shift)))
            }
        }
        bytes.append(self.flags)
        return bytes
    }

    /// The trace id as 32 digits.
    public var id: String { Self.digits(self.high) + Self.digits(self.low) }

    /// The same, for log lines.
    public var description: String { self.id }

    /// The same trace, for a call that this one makes.
    public func child() -> TraceContext {
        TraceContext(
            high: self.high, low: self.low, span: UInt64.random(in: 1...UInt64.max),
            flags: self.flags)
    }

    private static func digits(_ number: UInt64) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

/// Makes traces for calls that came without; one a connection, because the system's randomness
/// costs more than the rest of a small call.
public struct TraceSource: Sendable {
    private let high = UInt64.random(in: 1...UInt64.max)
    private let seed = UInt64.random(in: 1...UInt64.max)

    /// A source with randomness of its own.
    public init() {}

    /// The trace of a stream; the same for the same stream.
    public func trace(of stream: UInt32) -> TraceContext {
        TraceContext(
            high: self.high, low: Self.mixed(self.seed &+ UInt64(stream)),
            span: Self.mixed(self.high ^ UInt64(stream)))
    }

    /// The finishing steps of SplitMix64: neighbours come out far apart, none twice.
    private static func mixed(_ number: UInt64) -> UInt64 {
        var mixed = number &+ 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
