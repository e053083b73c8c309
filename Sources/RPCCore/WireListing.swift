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
    /// Why the rest could not be read, or else which header block could not; nil when everything
    /// was.
    public let fault: String?

    /// Reads a capture; one that begins in the middle of a connection has no preface.
    public init(_ bytes: [UInt8]) {
        var walk = Walk()
        bytes.withUnsafeBytes { walk.read($0) }
        (self.entries, self.fault) = (walk.entries, walk.fault ?? walk.unreadable)
    }
}

/// The way through a capture; the bytes stay where they are.
private struct Walk {
    typealias Entry = WireListing.Entry

    private(set) var entries: [Entry] = []
    private(set) var fault: String?
    /// The first frame whose header block is no protobuf, in words.
    private(set) var unreadable: String?

    /// The most that any side may accept (rpc.md 1.5): what the two agreed on may not be in the
    /// capture.
    private static let limits: Limits = {
        var limits = Limits()
        limits.frameBytesMax = 1 << 24 - 1
        limits.headerBytesMax = 65_535
        return limits
    }()

    mutating func read(_ raw: UnsafeRawBufferPointer) {
        guard var offset = self.preface(raw) else { return }
        while offset < raw.count {
            do throws(ConnectionFault) {
                offset += try self.frame(
                    UnsafeRawBufferPointer(rebasing: raw[offset...]), at: offset)
            } catch {
                self.fault = "at \(offset): \(error.reason)"
                return
            }
        }
    }

    /// Where the frames begin; nil when there are none.
    private mutating func preface(_ raw: UnsafeRawBufferPointer) -> Int? {
        // The first byte of a frame is 0, because none has 16 MiB.
        guard let first = raw.first, first != 0 else { return 0 }
        let start = Array(raw.prefix(Preface.bytes.count))
        switch Preface.read(start) {
        case .http: self.fault = "the capture is HTTP, no Tally RPC"
        case .tls:
            self.fault = "the capture is TLS: what is inside cannot be read without its keys"
        case .foreign: self.fault = "the capture is no Tally RPC: it begins with \(hex(start))"
        case .incomplete:
            self.fault =
                "the capture ends in the preface: \(start.count) of "
                + "\(Preface.bytes.count) bytes"
        case .valid, .otherVersion:
            self.entries.append(
                Entry(
                    offset: 0, type: "PREFACE", flags: [], stream: 0,
                    header: "version \(start[6]).\(start[7])", messageBytes: 0))
            return start.count
        }
        return nil
    }

    /// Reads the first frame.
    ///
    /// - Returns: its bytes.
    private mutating func frame(
        _ raw: UnsafeRawBufferPointer, at offset: Int
    ) throws(ConnectionFault) -> Int {
        guard raw.count >= FrameHead.byteCount else {
            throw ConnectionFault(.frameSize, "the capture ends in a frame's head")
        }
        let head = FrameHead(raw)
        var reader = FrameReader(limits: Self.limits)
        let size = min(raw.count, FrameHead.byteCount + Int(head.length))
        var entry: Entry?
        // Checks the length before it tells whether the frame is whole.
        try reader.read(UnsafeRawBufferPointer(rebasing: raw[..<size])) { step in
            entry = self.entry(step, head, at: offset)
        }
        guard let entry else {
            let missing = FrameHead.byteCount + Int(head.length) - raw.count
            throw ConnectionFault(.frameSize, "the capture ends \(missing) bytes too early")
        }
        self.entries.append(entry)
        return size
    }

    private mutating func entry(
        _ step: FrameReader.Step, _ head: FrameHead, at offset: Int
    ) -> Entry {
        switch step {
        case .ignored(let type):
            // Only the extension knows what its bits mean.
            let flags = head.flags.isEmpty ? [] : ["0x" + hex([head.flags.rawValue])]
            return Entry(
                offset: offset, type: "EXTENSION 0x\(hex([type]))", flags: flags,
                stream: head.stream, header: "", messageBytes: Int(head.length))
        case .frame(let frame):
            let type = "\(frame.type)".uppercased()
            let words = try? HeaderWords.of(frame)
            if words == nil, self.unreadable == nil {
                self.unreadable = "at \(offset): the header of \(type) cannot be read"
            }
            return Entry(
                offset: offset, type: type, flags: Self.names(frame.flags), stream: frame.stream,
                header: words ?? "unreadable", messageBytes: frame.body.count)
        }
    }

    private static func names(_ flags: FrameFlags) -> [String] {
        let all: [(FrameFlags, String)] = [
            (.end, "END"), (.more, "MORE"), (.compressed, "COMPRESSED"),
            (.noMessage, "NO_MESSAGE"), (.ack, "ACK"), (.unprocessed, "UNPROCESSED"),
        ]
        return all.filter { flags.contains($0.0) }.map(\.1)
    }
}

/// Header blocks in words: everything that they hold but the values of metadata, which may be
/// secrets.
private enum HeaderWords {
    static func of(_ frame: Frame) throws(WireReader.Malformed) -> String {
        switch frame.type {
        case .hello: return self.words(try Hello(decoding: frame.header))
        case .request: return self.words(try CallHeader(decoding: frame.header))
        case .status:
            return self.words(
                try StatusBlock(decoding: frame.header),
                isUnprocessed: frame.flags.contains(.unprocessed))
        case .headers:
            return self.keys("metadata", try ReplyHeader(decoding: frame.header).metadata)
                .joined(separator: " ")
        case .cancel:
            let cancel = try CancelBlock(decoding: frame.header)
            let code = try self.code(frame.header, field: 1).flatMap { number in
                StatusCode(rawValue: Int32(bitPattern: number)) == nil ? "\(number)" : nil
            }
            return self.joined([code ?? cancel.code.name, cancel.reason])
        case .goAway:
            let farewell = try GoAway(decoding: frame.header)
            let code = try self.code(frame.header, field: 2).flatMap { number in
                GoAway.Code(rawValue: number) == nil ? "\(number)" : nil
            }
            return self.joined([
                code ?? "\(farewell.code)", "last_stream=\(farewell.lastStream)",
                "grace_ms=\(farewell.graceMilliseconds)", farewell.reason,
            ])
        case .window:
            return "credit=\(frame.body.loadUnaligned(as: UInt32.self).bigEndian)"
        case .message, .ping: return ""
        }
    }

    private static func words(_ hello: Hello) -> String {
        let limits = hello.limits
        return self.joined([
            hello.agent, hello.instance, "max_frame=\(limits.frameBytesMax)",
            "max_header=\(limits.headerBytesMax)", "max_message=\(limits.messageBytesMax)",
            "max_streams=\(limits.streamsMax)", "window=\(limits.windowBytes)",
            "ping_ms=\(limits.pingIntervalMilliseconds)",
            "idle_ms=\(limits.idleTimeoutMilliseconds)",
            hello.schemaDigest.isEmpty ? "" : "digest=\(hex(hello.schemaDigest))",
        ])
    }

    private static func words(_ header: CallHeader) -> String {
        self.joined(
            [
                header.method, "timeout_us=\(header.timeoutMicroseconds)",
                "attempt=\(header.attempt)", header.trace.map { "trace=\($0.id)" } ?? "",
                header.encoding.isEmpty ? "" : "encoding=\(header.encoding)",
            ] + self.keys("metadata", header.metadata))
    }

    private static func words(_ status: StatusBlock, isUnprocessed: Bool) -> String {
        let error = status.error(isUnprocessed: isUnprocessed)
        let types = status.details.map(\.typeURL).joined(separator: ",")
        return self.joined(
            [
                StatusCode(rawValue: status.code)?.name ?? "\(status.code)", status.message,
                error?.reason.map { "reason=\($0)" } ?? "",
                types.isEmpty ? "" : "details=\(types)",
                status.retryAfterMilliseconds.map { "retry_after_ms=\($0)" } ?? "",
            ] + self.keys("trailers", status.trailers) + self.keys("initial", status.initial))
    }

    private static func keys(_ name: String, _ metadata: Metadata) -> [String] {
        let keys = metadata.entries.map(\.key).joined(separator: ",")
        return keys.isEmpty ? [] : ["\(name)=\(keys)"]
    }

    private static func joined(_ words: [String]) -> String {
        words.filter { !$0.isEmpty }.joined(separator: " ")
    }

    /// The number of a code; nil when there is none. The blocks themselves take a number that they
    /// do not know for one that they do.
    private static func code(
        _ header: UnsafeRawBufferPointer, field wanted: UInt64
    ) throws(WireReader.Malformed) -> UInt32? {
        var reader = WireReader(header)
        var code: UInt32?
        while let (number, field) = try reader.next() {
            if number == wanted { code = field.uint32 }
        }
        return code
    }
}

private func hex(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}
