/// A captured byte stream of one side, frame by frame, for people.
public struct WireListing: Sendable, Hashable {
    /// One frame, or the preface.
    public struct Entry: Sendable, Hashable {
        /// Where it begins, bytes from the start of the capture.
        public let offset: Int
        /// `PREFACE`, `REQUEST`, …; `EXTENSION 0x20` for what may be passed over.
        public let type: String
        /// Names of the flags that are set, such as `END`.
        public let flags: [String]
        /// The call, 0 for the connection.
        public let stream: UInt32
        /// The header block in words.
        public let header: String
        /// Bytes of the message part.
        public let messageBytes: Int
    }

    /// What was read.
    public let entries: [Entry]
    /// Why the rest could not be read; nil when everything was.
    public let fault: String?

    /// Reads a capture; one that begins in the middle of a connection has no preface.
    public init(_ bytes: [UInt8]) {
        var entries: [Entry] = []
        var (offset, fault) = (0, String?.none)
        if bytes.starts(with: Preface.bytes.prefix(6)), bytes.count >= Preface.bytes.count {
            let version = "version \(bytes[6]).\(bytes[7])"
            entries.append(
                Entry(
                    offset: 0, type: "PREFACE", flags: [], stream: 0, header: version,
                    messageBytes: 0))
            offset = Preface.bytes.count
        }
        var limits = Limits()
        limits.frameBytesMax = 1 << 24 - 1
        limits.headerBytesMax = 65_535
        while offset < bytes.count, fault == nil {
            let rest = Array(bytes[offset...].prefix(FrameHead.byteCount + 1 << 24))
            switch Self.frame(rest, limits, at: offset) {
            case .success(let (entry, size)):
                entries.append(entry)
                offset += size
            case .failure(let error): fault = "at \(offset): \(error.reason)"
            }
        }
        (self.entries, self.fault) = (entries, fault)
    }

    private static func frame(
        _ bytes: [UInt8], _ limits: Limits, at offset: Int
    ) -> Result<(Entry, Int), ConnectionFault> {
        bytes.withUnsafeBytes { raw in
            guard raw.count >= FrameHead.byteCount else {
                return .failure(ConnectionFault(.frameSize, "the capture ends in a frame's head"))
            }
            let head = FrameHead(raw)
            let size = FrameHead.byteCount + Int(head.length)
            guard size <= raw.count else {
                let missing = size - raw.count
                return .failure(
                    ConnectionFault(.frameSize, "the capture ends \(missing) bytes too early"))
            }
            var reader = FrameReader(limits: limits)
            var entry: Entry?
            do throws(ConnectionFault) {
                try reader.read(UnsafeRawBufferPointer(rebasing: raw[..<size])) { step in
                    entry = Self.entry(step, head, at: offset)
                }
            } catch { return .failure(error) }
            guard let entry else {
                return .failure(ConnectionFault(.internalError, "no frame was read"))
            }
            return .success((entry, size))
        }
    }

    private static func entry(
        _ step: FrameReader.Step, _ head: FrameHead, at offset: Int
    ) -> Entry {
        switch step {
        case .ignored(let type):
            return Entry(
                offset: offset, type: "EXTENSION 0x\(String(type, radix: 16))", flags: [],
                stream: head.stream, header: "", messageBytes: Int(head.length))
        case .frame(let frame):
            return Entry(
                offset: offset, type: "\(frame.type)".uppercased(), flags: Self.names(frame.flags),
                stream: frame.stream, header: Self.words(frame), messageBytes: frame.body.count)
        }
    }

    private static func names(_ flags: FrameFlags) -> [String] {
        let all: [(FrameFlags, String)] = [
            (.end, "END"), (.more, "MORE"), (.compressed, "COMPRESSED"),
            (.noMessage, "NO_MESSAGE"), (.ack, "ACK"), (.unprocessed, "UNPROCESSED"),
        ]
        return all.filter { flags.contains($0.0) }.map(\.1)
    }

    private static func words(_ frame: Frame) -> String {
        (try? Self.decoded(frame)) ?? "unreadable"
    }

    private static func decoded(_ frame: Frame) throws(WireReader.Malformed) -> String {
        switch frame.type {
        case .hello:
            let hello = try Hello(decoding: frame.header)
            let limits = hello.limits
            return "\(hello.agent) \(hello.instance) max_frame=\(limits.frameBytesMax) "
                + "max_message=\(limits.messageBytesMax) max_streams=\(limits.streamsMax) "
                + "window=\(limits.windowBytes)"
        case .request:
            let header = try CallHeader(decoding: frame.header)
            let keys = header.metadata.entries.map(\.key).joined(separator: ",")
            return "\(header.method) timeout_us=\(header.timeoutMicroseconds) "
                + "attempt=\(header.attempt)" + (keys.isEmpty ? "" : " metadata=\(keys)")
        case .status:
            let status = try StatusBlock(decoding: frame.header)
            let name = StatusCode(rawValue: status.code)?.name ?? "\(status.code)"
            return status.message.isEmpty ? name : "\(name) \(status.message)"
        case .cancel: return try CancelBlock(decoding: frame.header).code.name
        case .goAway:
            let farewell = try GoAway(decoding: frame.header)
            return "\(farewell.code) last_stream=\(farewell.lastStream) \(farewell.reason)"
        case .window:
            return "credit=\(frame.body.loadUnaligned(as: UInt32.self).bigEndian)"
        case .headers, .message, .ping: return ""
        }
    }
}
