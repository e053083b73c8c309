// Made by proto/generate.sh from tally/scoring/v1/scoring.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.scoring.v1.ActivityPoint`.
public struct ActivityPoint: RPCMessage, Hashable {
    /// The day.
    public var day: Int32
    /// The counters.
    public var counters: Counters?

    /// Makes a message; what is left out has its default.
    public init(day: Int32 = 0, counters: Counters? = nil) {
        self.day = day
        self.counters = counters
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

extension ActivityPoint: WireMessage {
    static let fullName = "tally.scoring.v1.ActivityPoint"
    static var unpack: Unpack<Tally__Scoring__V1__ActivityPoint> {
        tally__scoring__v1__activity_point__unpack
    }
    static var packedSize: PackedSize<Tally__Scoring__V1__ActivityPoint> {
        tally__scoring__v1__activity_point__get_packed_size
    }
    static var pack: Pack<Tally__Scoring__V1__ActivityPoint> {
        tally__scoring__v1__activity_point__pack
    }
    static var initialize: Initialize<Tally__Scoring__V1__ActivityPoint> {
        tally__scoring__v1__activity_point__init
    }

    init(_ c: Tally__Scoring__V1__ActivityPoint) throws(RPCError) {
        self.init()
        self.day = c.day
        if let inner = c.counters { self.counters = try Counters(inner.pointee) }
    }

    func fill(_ c: inout Tally__Scoring__V1__ActivityPoint, _ arena: Arena) {
        c.day = self.day
        if let value = self.counters { c.counters = arena.message(value) }
    }
}
