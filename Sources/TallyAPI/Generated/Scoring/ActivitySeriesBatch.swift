// Made by proto/generate.sh from tally/scoring/v1/scoring.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.scoring.v1.ActivitySeriesBatch`.
public struct ActivitySeriesBatch: RPCMessage, Hashable {
    /// The points.
    public var points: [ActivityPoint]

    /// Makes a message; what is left out has its default.
    public init(points: [ActivityPoint] = []) {
        self.points = points
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

extension ActivitySeriesBatch: WireMessage {
    static let fullName = "tally.scoring.v1.ActivitySeriesBatch"
    static var unpack: Unpack<Tally__Scoring__V1__ActivitySeriesBatch> {
        tally__scoring__v1__activity_series_batch__unpack
    }
    static var packedSize: PackedSize<Tally__Scoring__V1__ActivitySeriesBatch> {
        tally__scoring__v1__activity_series_batch__get_packed_size
    }
    static var pack: Pack<Tally__Scoring__V1__ActivitySeriesBatch> {
        tally__scoring__v1__activity_series_batch__pack
    }
    static var initialize: Initialize<Tally__Scoring__V1__ActivitySeriesBatch> {
        tally__scoring__v1__activity_series_batch__init
    }

    init(_ c: Tally__Scoring__V1__ActivitySeriesBatch) throws(RPCError) {
        self.init()
        for index in 0..<c.n_points {
            guard let inner = c.points[index] else { continue }
            self.points.append(try ActivityPoint(inner.pointee))
        }
    }

    func fill(_ c: inout Tally__Scoring__V1__ActivitySeriesBatch, _ arena: Arena) {
        c.n_points = self.points.count
        c.points = arena.list(self.points) { arena.message($0) }
    }
}
