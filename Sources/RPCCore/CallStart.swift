/// A call as a server accepted it: its header is checked, and its method is one that it knows.
///
/// The method is a number and no text, and metadata stands apart, so that a call can be handed on
/// without counting who holds what.
public struct CallStart: Sendable {
    /// The call's stream.
    public let stream: UInt32
    /// The method's number in the server's table.
    public let method: Int
    /// How many messages go either way.
    public let kind: CallKind
    /// Time left when it was written, in microseconds; 0 = none.
    public private(set) var timeoutMicroseconds: UInt64 = 0
    /// W3C trace context; one that does not parse is as none.
    public private(set) var trace: TraceContext?
    /// Earlier attempts of this call.
    public private(set) var attempt: UInt32 = 0

    /// Reads and checks the header of a REQUEST.
    ///
    /// - Parameter metadata: what the caller sends along; nil where it sends nothing.
    init(
        _ frame: Frame, _ methods: MethodTable, metadata: inout Metadata?
    ) throws(StreamFault) {
        self.stream = frame.stream
        var (path, encoding) = (Self.nothing, Self.nothing)
        do throws(WireReader.Malformed) {
            var reader = WireReader(frame.header)
            // What every call has stands first, and needs no look at every form of a field.
            if let first = try reader.block(ofField: 1) { path = first }
            if let number = try reader.number(ofField: 2) { self.timeoutMicroseconds = number }
            while let (number, field) = try reader.next() {
                switch number {
                case 1: try Self.replace(&path, by: field)
                case 2: self.timeoutMicroseconds = field.number
                case 3: self.trace = TraceContext(try field.raw())
                case 4: self.attempt = field.uint32
                case 5: try Self.replace(&encoding, by: field)
                case 6: try Self.decodeEntry(field, into: &metadata)
                case _: break
                }
            }
        } catch { throw Self.malformed }
        if let fault = metadata?.fault {
            throw StreamFault(.invalidArgument, fault, reason: ErrorReason.limit)
        }
        if !encoding.isEmpty || frame.flags.contains(.compressed) {
            try Self.check(encoding, frame)
        }
        guard let method = methods.number(of: path) else { throw Self.unknownMethod(path) }
        self.method = method
        self.kind = methods.kind(of: method)
    }

    private static var nothing: UnsafeRawBufferPointer { .init(start: nil, count: 0) }

    private static func decodeEntry(
        _ field: WireReader.Field, into metadata: inout Metadata?
    ) throws(WireReader.Malformed) {
        var more = metadata ?? Metadata()
        metadata = nil
        try more.decodeEntry(field)
        metadata = more
    }

    /// The last of several texts counts; those before it must be texts, too.
    private static func replace(
        _ text: inout UnsafeRawBufferPointer, by field: WireReader.Field
    ) throws(WireReader.Malformed) {
        _ = try WireReader.Field.bytes(text).text()
        text = try field.raw()
    }

    private static var malformed: StreamFault {
        StreamFault(
            .internalError, "a call header that does not parse",
            reason: ErrorReason.protocolViolation)
    }

    /// No message is taken but as it stands.
    private static func check(
        _ encoding: UnsafeRawBufferPointer, _ frame: Frame
    ) throws(StreamFault) {
        guard let name = String(validating: encoding, as: UTF8.self) else { throw Self.malformed }
        guard name.isEmpty || name == "identity" else {
            throw StreamFault(
                .unimplemented, "encoding \(name.prefix(40)); accepted: identity",
                reason: ErrorReason.unknownEncoding, facts: ["accepted": "identity"])
        }
        if frame.flags.contains(.compressed) {
            throw StreamFault(
                .internalError, "COMPRESSED without an encoding",
                reason: ErrorReason.protocolViolation)
        }
    }

    private static func unknownMethod(_ path: UnsafeRawBufferPointer) -> StreamFault {
        guard let path = String(validating: path, as: UTF8.self) else { return Self.malformed }
        let shown = String(path.prefix(200))
        return StreamFault(
            .unimplemented, "no method \(shown)", reason: ErrorReason.unknownMethod,
            facts: ["method": shown])
    }

    /// The same after some time; nil when the caller has given up by then.
    func later(byMicroseconds passed: UInt64) -> CallStart? {
        guard self.timeoutMicroseconds > 0 else { return self }
        guard passed < self.timeoutMicroseconds else { return nil }
        var later = self
        later.timeoutMicroseconds -= passed
        return later
    }
}
