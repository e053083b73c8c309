// Made by proto/generate.sh from tally/logs/v1/logs.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.logs.v1.TailBatch`.
public struct TailBatch: RPCMessage, Hashable {
    /// The lines.
    public var lines: [LogLine]
    /// Pass as after_seq to go on.
    public var cursor: Int64
    /// Nothing newer at this moment.
    public var caughtUp: Bool
    /// First and last number no longer kept; 0 = no gap.
    public var gapFrom: Int64
    /// The gap to.
    public var gapTo: Int64

    /// Makes a message; what is left out has its default.
    public init(
        lines: [LogLine] = [], cursor: Int64 = 0, caughtUp: Bool = false, gapFrom: Int64 = 0,
        gapTo: Int64 = 0
    ) {
        self.lines = lines
        self.cursor = cursor
        self.caughtUp = caughtUp
        self.gapFrom = gapFrom
        self.gapTo = gapTo
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

extension TailBatch: WireMessage {
    static let fullName = "tally.logs.v1.TailBatch"
    static var unpack: Unpack<Tally__Logs__V1__TailBatch> { tally__logs__v1__tail_batch__unpack }
    static var packedSize: PackedSize<Tally__Logs__V1__TailBatch> {
        tally__logs__v1__tail_batch__get_packed_size
    }
    static var pack: Pack<Tally__Logs__V1__TailBatch> { tally__logs__v1__tail_batch__pack }
    static var initialize: Initialize<Tally__Logs__V1__TailBatch> {
        tally__logs__v1__tail_batch__init
    }

    init(_ c: Tally__Logs__V1__TailBatch) throws(RPCError) {
        self.init()
        for index in 0..<c.n_lines {
            guard let inner = c.lines[index] else { continue }
            self.lines.append(try LogLine(inner.pointee))
        }
        self.cursor = c.cursor
        self.caughtUp = c.caught_up != 0
        self.gapFrom = c.gap_from
        self.gapTo = c.gap_to
    }

    func fill(_ c: inout Tally__Logs__V1__TailBatch, _ arena: Arena) {
        c.n_lines = self.lines.count
        c.lines = arena.list(self.lines) { arena.message($0) }
        c.cursor = self.cursor
        c.caught_up = self.caughtUp ? 1 : 0
        c.gap_from = self.gapFrom
        c.gap_to = self.gapTo
    }
}
