/// How a side introduces itself: `tally.rpc.v1.Hello`.
public struct Hello: Sendable, Hashable {
    /// Program and version, such as `ranking/1.4.0 tally-rpc/0.1`.
    public var agent: String
    /// Which process it is: `host:pid:start`, for logs.
    public var instance: String
    /// What this side accepts.
    public var limits: Limits
    /// SHA-256 of the descriptor set this side was built from.
    public var schemaDigest: [UInt8]

    /// Makes an introduction.
    public init(
        agent: String, instance: String = "", limits: Limits = Limits(), schemaDigest: [UInt8] = []
    ) {
        self.agent = agent
        self.instance = instance
        self.limits = limits
        self.schemaDigest = schemaDigest
    }

    /// Whether two sides were built from different message definitions, as far as both say.
    public static func schemasDiffer(_ one: Hello, _ other: Hello) -> Bool {
        !one.schemaDigest.isEmpty && !other.schemaDigest.isEmpty
            && one.schemaDigest != other.schemaDigest
    }

    func encoded() -> [UInt8] {
        var writer = WireWriter()
        writer.text(1, self.agent)
        writer.text(2, self.instance)
        writer.number(3, self.limits.frameBytesMax)
        writer.number(4, self.limits.headerBytesMax)
        writer.number(5, self.limits.messageBytesMax)
        writer.number(6, self.limits.streamsMax)
        writer.number(7, self.limits.windowBytes)
        writer.number(8, self.limits.pingIntervalMilliseconds)
        writer.number(9, self.limits.idleTimeoutMilliseconds)
        writer.bytes(12, self.schemaDigest)
        return writer.bytes
    }

    /// Absent limits are the defaults, and so is 0, which protobuf does not tell from absence;
    /// unknown fields are for a later minor version.
    init(decoding bytes: UnsafeRawBufferPointer) throws(WireReader.Malformed) {
        self.init(agent: "")
        var reader = WireReader(bytes)
        while let (number, field) = try reader.next() {
            switch number {
            case 1: self.agent = try field.text()
            case 2: self.instance = try field.text()
            case 3...9: if field.uint32 != 0 { self.limits.set(number, to: field.uint32) }
            case 12: self.schemaDigest = try field.array()
            case _: break
            }
        }
    }

    /// Which floor of rpc.md 1.5 a peer's limit is under, in words; nil when none.
    var fault: String? {
        let limits = self.limits
        let floors: [(String, UInt32, UInt32)] = [
            ("max_frame_bytes", limits.frameBytesMax, 16 * 1024),
            ("max_header_bytes", limits.headerBytesMax, 8 * 1024),
            ("max_message_bytes", limits.messageBytesMax, 64 * 1024),
            ("max_streams", limits.streamsMax, 32),
            ("initial_window_bytes", limits.windowBytes, 64 * 1024),
        ]
        for (name, value, floor) in floors where value < floor {
            return "HELLO \(name) \(value) is below \(floor)"
        }
        return nil
    }

    /// What a peer says, cut to the legal ceilings, so that its numbers size nothing of ours.
    func clamped() -> Hello {
        var hello = self
        hello.limits.frameBytesMax = min(self.limits.frameBytesMax, 1 << 24 - 1)
        hello.limits.headerBytesMax = min(self.limits.headerBytesMax, 65_535)
        hello.limits.messageBytesMax = min(self.limits.messageBytesMax, 64 << 20)
        hello.limits.streamsMax = min(self.limits.streamsMax, 65_535)
        hello.limits.windowBytes = min(self.limits.windowBytes, 16 << 20)
        let ping = self.limits.pingIntervalMilliseconds
        hello.limits.pingIntervalMilliseconds = min(max(ping, 1_000), 300_000)
        return hello
    }
}

extension Limits {
    /// Sets the limit that has this field number in `tally.rpc.v1.Hello`.
    fileprivate mutating func set(_ field: UInt64, to value: UInt32) {
        switch field {
        case 3: self.frameBytesMax = value
        case 4: self.headerBytesMax = value
        case 5: self.messageBytesMax = value
        case 6: self.streamsMax = value
        case 7: self.windowBytes = value
        case 8: self.pingIntervalMilliseconds = value
        case 9: self.idleTimeoutMilliseconds = value
        case _: break
        }
    }
}
