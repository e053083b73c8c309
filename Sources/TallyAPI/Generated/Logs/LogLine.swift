// Made by proto/generate.sh from tally/logs/v1/logs.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.logs.v1.LogLine`.
public struct LogLine: RPCMessage, Hashable {
    /// The seq.
    public var seq: Int64
    /// The time us.
    public var timeUs: Int64
    /// The level.
    public var level: String
    /// The message.
    public var message: String
    /// The job.
    public var job: String
    /// The repository.
    public var repository: String
    /// One JSON object.
    public var fieldsJson: String

    /// Makes a message; what is left out has its default.
    public init(
        seq: Int64 = 0, timeUs: Int64 = 0, level: String = "", message: String = "",
        job: String = "", repository: String = "", fieldsJson: String = ""
    ) {
        self.seq = seq
        self.timeUs = timeUs
        self.level = level
        self.message = message
        self.job = job
        self.repository = repository
        self.fieldsJson = fieldsJson
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

extension LogLine: WireMessage {
    static let fullName = "tally.logs.v1.LogLine"
    static var unpack: Unpack<Tally__Logs__V1__LogLine> { tally__logs__v1__log_line__unpack }
    static var packedSize: PackedSize<Tally__Logs__V1__LogLine> {
        tally__logs__v1__log_line__get_packed_size
    }
    static var pack: Pack<Tally__Logs__V1__LogLine> { tally__logs__v1__log_line__pack }
    static var initialize: Initialize<Tally__Logs__V1__LogLine> { tally__logs__v1__log_line__init }

    init(_ c: Tally__Logs__V1__LogLine) throws(RPCError) {
        self.init()
        self.seq = c.seq
        self.timeUs = c.time_us
        self.level = try Decoder.text(c.level, "LogLine.level")
        self.message = try Decoder.text(c.message, "LogLine.message")
        self.job = try Decoder.text(c.job, "LogLine.job")
        self.repository = try Decoder.text(c.repository, "LogLine.repository")
        self.fieldsJson = try Decoder.text(c.fields_json, "LogLine.fields_json")
    }

    func fill(_ c: inout Tally__Logs__V1__LogLine, _ arena: Arena) {
        c.seq = self.seq
        c.time_us = self.timeUs
        c.level = arena.bytes(self.level)
        c.message = arena.bytes(self.message)
        c.job = arena.bytes(self.job)
        c.repository = arena.bytes(self.repository)
        c.fields_json = arena.bytes(self.fieldsJson)
    }
}
