/// How a call ended, on the wire: `tally.rpc.v1.Status`.
struct StatusBlock: Hashable {
    static let errorInfoType = "type.tally/tally.rpc.ErrorInfo"
    static let domain = "tally.rpc"

    var code: Int32 = 0
    var message = ""
    var details: [RPCError.Detail] = []
    var trailers = Metadata()
    var initial = Metadata()
    var retryAfterMilliseconds: Int32?

    init() {}

    init(_ error: RPCError) {
        self.code = error.code.rawValue
        self.message = error.shortMessage
        self.details = error.details
        if error.reason != nil || !error.facts.isEmpty {
            self.details.insert(Self.errorInfo(error.reason ?? "", error.facts), at: 0)
        }
        self.trailers = error.trailers
        self.retryAfterMilliseconds = error.retryAfter.map { duration in
            let (seconds, attoseconds) = duration.components
            if seconds < 0 || attoseconds < 0 { return -1 }
            return Int32(clamping: seconds &* 1000 + attoseconds / 1_000_000_000_000_000)
        }
    }

    func encoded() -> [UInt8] {
        var writer = WireWriter()
        writer.number(1, UInt64(bitPattern: Int64(self.code)))
        writer.text(2, self.message)
        for detail in self.details {
            var inner = WireWriter()
            inner.text(1, detail.typeURL)
            inner.bytes(2, detail.value)
            writer.block(3, inner.bytes)
        }
        writer.metadata(4, self.trailers)
        writer.metadata(5, self.initial)
        if let pause = self.retryAfterMilliseconds {
            writer.varint(7 << 3)
            writer.varint(UInt64(UInt32(bitPattern: pause << 1 ^ pause >> 31)))
        }
        return writer.bytes
    }

    init(decoding bytes: UnsafeRawBufferPointer) throws(WireReader.Malformed) {
        var reader = WireReader(bytes)
        while let (number, field) = try reader.next() {
            switch number {
            case 1: self.code = Int32(truncatingIfNeeded: field.number)
            case 2: self.message = try field.text()
            case 3: try self.decodeDetail(field)
            case 4: try self.trailers.decodeEntry(field)
            case 5: try self.initial.decodeEntry(field)
            case 7:
                let zigzag = field.uint32
                self.retryAfterMilliseconds =
                    Int32(bitPattern: zigzag >> 1)
                    ^ -Int32(bitPattern: zigzag & 1)
            case _: break
            }
        }
    }

    private mutating func decodeDetail(
        _ field: WireReader.Field
    ) throws(WireReader.Malformed) {
        guard case .bytes(let bytes) = field else { throw WireReader.Malformed() }
        var reader = WireReader(bytes)
        var (type, value): (String, [UInt8]) = ("", [])
        while let (number, field) = try reader.next() {
            switch number {
            case 1: type = try field.text()
            case 2: value = try field.array()
            case _: break
            }
        }
        self.details.append(RPCError.Detail(typeURL: type, value: value))
    }

    /// The error that a client sees; nil for OK. A number that is no code becomes UNKNOWN.
    func error(isUnprocessed: Bool) -> RPCError? {
        guard self.code != 0 else { return nil }
        let code = StatusCode(rawValue: self.code)
        var error = RPCError(
            code ?? .unknown, self.message, details: self.details, trailers: self.trailers,
            retryAfter: self.retryAfterMilliseconds.map { .milliseconds($0) },
            isUnprocessed: isUnprocessed)
        if code == nil { error.facts["code"] = "\(self.code)" }
        if let info = self.details.firstIndex(where: { $0.typeURL == Self.errorInfoType }) {
            self.details[info].value.withUnsafeBytes { Self.read($0, into: &error) }
            error.details.remove(at: info)
        }
        return error
    }

    private static func errorInfo(
        _ reason: String, _ facts: [String: String]
    ) -> RPCError.Detail {
        var writer = WireWriter()
        writer.text(1, reason)
        writer.text(2, Self.domain)
        for (key, value) in facts.sorted(by: { $0.key < $1.key }) {
            var pair = WireWriter()
            pair.text(1, key)
            pair.text(2, value)
            writer.block(3, pair.bytes)
        }
        return RPCError.Detail(typeURL: Self.errorInfoType, value: writer.bytes)
    }

    /// A detail that does not parse tells nothing; the status stands without it.
    private static func read(_ bytes: UnsafeRawBufferPointer, into error: inout RPCError) {
        var reader = WireReader(bytes)
        while let (number, field) = try? reader.next() {
            if number == 1, let reason = try? field.text() { error.reason = reason }
            guard number == 3, case .bytes(let pair) = field else { continue }
            var inner = WireReader(pair)
            var (key, value) = ("", "")
            while let (number, field) = try? inner.next() {
                if number == 1 { key = (try? field.text()) ?? "" }
                if number == 2 { value = (try? field.text()) ?? "" }
            }
            error.facts[key] = value
        }
    }
}
