/// What a frame is (rpc.md 1.3).
enum FrameType: UInt8, Sendable, Hashable {
    case hello = 0x01
    case request = 0x02
    case message = 0x03
    case status = 0x04
    case headers = 0x05
    case cancel = 0x06
    case window = 0x07
    case ping = 0x08
    case goAway = 0x09

    /// Whether the frame speaks of the connection and not of a call.
    var isForConnection: Bool { self == .hello || self == .ping || self == .goAway }

    /// Flags that may stand on the frame.
    var allowedFlags: FrameFlags {
        switch self {
        case .hello, .headers, .cancel, .window: []
        case .request, .message: [.end, .more, .compressed, .noMessage]
        case .status: [.end, .compressed, .noMessage, .unprocessed]
        case .ping, .goAway: [.ack]
        }
    }

    /// Whether a header block may stand in the frame.
    var hasHeader: Bool {
        switch self {
        case .hello, .request, .status, .headers, .cancel, .goAway: true
        case .message, .window, .ping: false
        }
    }
}

/// Bits of a frame's head (rpc.md 1.3).
struct FrameFlags: OptionSet, Sendable, Hashable {
    let rawValue: UInt8
    /// The sender finished on this stream.
    static let end = FrameFlags(rawValue: 0x01)
    /// The message goes on in the next frame of the stream.
    static let more = FrameFlags(rawValue: 0x02)
    static let compressed = FrameFlags(rawValue: 0x04)
    /// No message here: an empty one is zero bytes, so that absence needs a bit of its own.
    static let noMessage = FrameFlags(rawValue: 0x08)
    static let ack = FrameFlags(rawValue: 0x10)
    /// No handler saw the call.
    static let unprocessed = FrameFlags(rawValue: 0x20)
}

/// The twelve bytes before each payload (rpc.md 1.2).
struct FrameHead: Sendable, Hashable {
    static let byteCount = 12

    var length: UInt32
    var type: UInt8
    var flags: FrameFlags
    var headerLength: UInt16
    var stream: UInt32

    init(
        length: UInt32, type: UInt8, flags: FrameFlags, headerLength: UInt16, stream: UInt32
    ) {
        self.length = length
        self.type = type
        self.flags = flags
        self.headerLength = headerLength
        self.stream = stream
    }

    /// Reads the first twelve bytes.
    init(_ bytes: UnsafeRawBufferPointer) {
        self.length = bytes.loadUnaligned(fromByteOffset: 0, as: UInt32.self).bigEndian
        self.type = bytes[4]
        self.flags = FrameFlags(rawValue: bytes[5])
        self.headerLength = bytes.loadUnaligned(fromByteOffset: 6, as: UInt16.self).bigEndian
        self.stream = bytes.loadUnaligned(fromByteOffset: 8, as: UInt32.self).bigEndian
    }

    /// Whether the frame is one message and says nothing else.
    var isWholeMessage: Bool {
        self.type == FrameType.message.rawValue && self.flags.isEmpty && self.headerLength == 0
    }

    /// Corrects the length of a head whose payload was not known when it was written.
    static func setLength(_ length: UInt32, in bytes: inout [UInt8], at start: Int) {
        bytes.withUnsafeMutableBytes {
            $0.storeBytes(of: length.bigEndian, toByteOffset: start, as: UInt32.self)
        }
    }

    /// The same for the header block inside the payload.
    static func setHeaderLength(_ length: UInt16, in bytes: inout [UInt8], at start: Int) {
        bytes.withUnsafeMutableBytes {
            $0.storeBytes(of: length.bigEndian, toByteOffset: start + 6, as: UInt16.self)
        }
    }

    func append(to bytes: inout [UInt8]) {
        let middle =
            UInt32(self.type) << 24 | UInt32(self.flags.rawValue) << 16 | UInt32(self.headerLength)
        // `append` would make just enough room, and again for what follows.
        if bytes.capacity - bytes.count < Self.byteCount {
            bytes.reserveCapacity(max(bytes.count + Self.byteCount, 2 * bytes.capacity))
        }
        bytes.append(addingCapacity: Self.byteCount) { span in
            span.withUnsafeMutableBufferPointer { memory, count in
                let raw = UnsafeMutableRawBufferPointer(memory)
                raw.storeBytes(of: self.length.bigEndian, toByteOffset: count, as: UInt32.self)
                raw.storeBytes(of: middle.bigEndian, toByteOffset: count + 4, as: UInt32.self)
                raw.storeBytes(of: self.stream.bigEndian, toByteOffset: count + 8, as: UInt32.self)
                count += Self.byteCount
            }
        }
    }
}

/// One whole frame; the slices are valid while the reader's caller handles it.
struct Frame {
    let type: FrameType
    let flags: FrameFlags
    let stream: UInt32
    let header: UnsafeRawBufferPointer
    let body: UnsafeRawBufferPointer

    /// Whether it is a MESSAGE that neither brings anything nor ends anything.
    var doesNoWork: Bool {
        self.flags.contains(.more) && self.body.isEmpty
            || self.flags.contains(.noMessage) && !self.flags.contains(.end)
    }

    /// A frame in bytes.
    static func encoded(
        _ type: FrameType, _ flags: FrameFlags = [], stream: UInt32 = 0, header: [UInt8] = [],
        body: some Collection<UInt8> = EmptyCollection()
    ) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(FrameHead.byteCount + header.count + body.count)
        self.append(type, flags, stream: stream, header: header, body: body, to: &bytes)
        return bytes
    }

    /// Appends a frame to others.
    static func append(
        _ type: FrameType, _ flags: FrameFlags, stream: UInt32, header: [UInt8],
        body: some Collection<UInt8>, to bytes: inout [UInt8]
    ) {
        FrameHead(
            length: UInt32(header.count + body.count), type: type.rawValue, flags: flags,
            headerLength: UInt16(header.count), stream: stream
        ).append(to: &bytes)
        if !header.isEmpty { bytes.append(contentsOf: header) }
        bytes.append(contentsOf: body)
    }
}

/// What broke the connection: it is answered with one GOAWAY and closed.
struct ConnectionFault: Error, Hashable {
    let code: GoAway.Code
    let reason: String

    init(_ code: GoAway.Code, _ reason: String) {
        self.code = code
        self.reason = reason
    }
}
