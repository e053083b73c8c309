/// What opens a call: `tally.rpc.v1.CallHeader`.
public struct CallHeader: Sendable, Hashable {
    /// `/package.Service/Method`.
    public var method: String
    /// Time left when it was written, in microseconds; 0 = none.
    public var timeoutMicroseconds: UInt64 = 0
    /// W3C trace context; one that does not parse is as none.
    public var trace: TraceContext?
    /// Earlier attempts of this call.
    public var attempt: UInt32 = 0
    /// Encoding of compressed messages; empty = identity.
    public var encoding: String = ""
    /// What the caller adds.
    public var metadata = Metadata()

    /// Makes a header for a method.
    public init(method: String) { self.method = method }

    func encoded() -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(self.method.utf8.count + Self.usualBytes)
        self.encode(into: &bytes, timeoutMicroseconds: self.timeoutMicroseconds)
        return bytes
    }

    /// Appends the wire format, with the time that is left now.
    func encode(into bytes: inout [UInt8], timeoutMicroseconds: UInt64) {
        Self.encode(
            self.method, timeoutMicroseconds, self.trace, self.metadata, attempt: self.attempt,
            encoding: self.encoding, into: &bytes)
    }

    /// The same for a header that nobody has made: most calls need none.
    static func encode(
        _ method: String, _ timeoutMicroseconds: UInt64, _ trace: TraceContext?,
        _ metadata: Metadata, attempt: UInt32 = 0, encoding: String = "", into bytes: inout [UInt8]
    ) {
        var writer = WireWriter(behind: &bytes)
        writer.text(1, method)
        writer.number(2, timeoutMicroseconds)
        if let trace { writer.block(3, trace.bytes) }
        writer.number(4, attempt)
        writer.text(5, encoding)
        writer.metadata(6, metadata)
        bytes = writer.bytes
    }

    /// Room for a timeout, a trace and the keys of the fields.
    private static let usualBytes = 48

    /// Reads a header.
    init(decoding bytes: UnsafeRawBufferPointer) throws(WireReader.Malformed) {
        self.init(method: "")
        var reader = WireReader(bytes)
        while let (number, field) = try reader.next() {
            switch number {
            case 1: self.method = try field.text()
            case 2: self.timeoutMicroseconds = field.number
            case 3: self.trace = TraceContext(try field.raw())
            case 4: self.attempt = field.uint32
            case 5: self.encoding = try field.text()
            case 6: try self.metadata.decodeEntry(field)
            case _: break
            }
        }
    }
}

extension WireWriter {
    mutating func metadata(_ field: UInt64, _ metadata: Metadata) {
        for entry in metadata.entries {
            var writer = WireWriter()
            writer.text(1, entry.key)
            switch entry.value {
            case .text(let text): writer.block(2, Array(text.utf8))
            case .binary(let bytes): writer.block(3, bytes)
            }
            self.block(field, writer.bytes)
        }
    }
}

extension Metadata {
    /// Appends one entry; more than the limit are counted but not kept.
    mutating func decodeEntry(_ field: WireReader.Field) throws(WireReader.Malformed) {
        guard case .bytes(let bytes) = field else { throw WireReader.Malformed() }
        guard self.entries.count <= Self.entriesMax else { return }
        var reader = WireReader(bytes)
        var key = ""
        var value = Value.text("")
        while let (number, field) = try reader.next() {
            switch number {
            case 1: key = try field.text()
            case 2: value = .text(try field.text())
            case 3: value = .binary(try field.array())
            case _: break
            }
        }
        self.entries.append(Entry(key: key, value: value))
    }
}

/// Metadata before the first message: `tally.rpc.v1.ReplyHeader`.
struct ReplyHeader: Hashable {
    var metadata = Metadata()

    func encoded() -> [UInt8] {
        var writer = WireWriter()
        writer.metadata(1, self.metadata)
        return writer.bytes
    }

    init(metadata: Metadata) { self.metadata = metadata }

    init(decoding bytes: UnsafeRawBufferPointer) throws(WireReader.Malformed) {
        var reader = WireReader(bytes)
        while let (number, field) = try reader.next() {
            if number == 1 { try self.metadata.decodeEntry(field) }
        }
    }
}
