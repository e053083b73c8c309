// Made by proto/generate.sh from tally/logs/v1/logs.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.logs.v1.TailRequest`.
public struct TailRequest: RPCMessage, Hashable {
    /// Which of the alternatives is set.
    public enum Start: Hashable, Sendable {
        /// Lines with a larger number; 0 = from the oldest kept.
        case afterSeq(Int64)
        /// The last N lines (at most 1000), then live.
        case last(UInt32)
    }
    /// Which alternative is set; nil for none.
    public var start: Start?
    /// Only lines of this job.
    public var job: String
    /// Only lines of this "owner/name".
    public var repository: String
    /// At least this level: debug, info, warning, error.
    public var level: String
    /// Stay and send new lines; else end at the newest.
    public var follow: Bool

    /// Makes a message; what is left out has its default.
    public init(
        start: Start? = nil, job: String = "", repository: String = "", level: String = "",
        follow: Bool = false
    ) {
        self.start = start
        self.job = job
        self.repository = repository
        self.level = level
        self.follow = follow
    }

    /// Reads the wire format; refuses what is malformed or over its budget.
    public init(decoding bytes: UnsafeRawBufferPointer) throws(RPCError) {
        self = try Decoder.message(bytes)
    }

    /// Appends the wire format.
    public func encode(into bytes: inout [UInt8]) {
        Encoder.append(self, to: &bytes)
    }
}

extension TailRequest: WireMessage {
    static let fullName = "tally.logs.v1.TailRequest"
    static var unpack: Unpack<Tally__Logs__V1__TailRequest> {
        tally__logs__v1__tail_request__unpack
    }
    static var packedSize: PackedSize<Tally__Logs__V1__TailRequest> {
        tally__logs__v1__tail_request__get_packed_size
    }
    static var pack: Pack<Tally__Logs__V1__TailRequest> { tally__logs__v1__tail_request__pack }
    static var initialize: Initialize<Tally__Logs__V1__TailRequest> {
        tally__logs__v1__tail_request__init
    }

    init(_ c: Tally__Logs__V1__TailRequest) throws(RPCError) {
        self.init()
        switch c.start_case {
        case TALLY__LOGS__V1__TAIL_REQUEST__START_AFTER_SEQ:
            self.start = .afterSeq(c.after_seq)
        case TALLY__LOGS__V1__TAIL_REQUEST__START_LAST:
            self.start = .last(c.last)
        case _: break
        }
        self.job = try Decoder.text(c.job, "TailRequest.job")
        self.repository = try Decoder.text(c.repository, "TailRequest.repository")
        self.level = try Decoder.text(c.level, "TailRequest.level")
        self.follow = c.follow != 0
    }

    func fill(_ c: inout Tally__Logs__V1__TailRequest, _ arena: Arena) {
        switch self.start {
        case .afterSeq(let value):
            c.start_case = TALLY__LOGS__V1__TAIL_REQUEST__START_AFTER_SEQ
            c.after_seq = value
        case .last(let value):
            c.start_case = TALLY__LOGS__V1__TAIL_REQUEST__START_LAST
            c.last = value
        case nil: break
        }
        c.job = arena.bytes(self.job)
        c.repository = arena.bytes(self.repository)
        c.level = arena.bytes(self.level)
        c.follow = self.follow ? 1 : 0
    }
}
