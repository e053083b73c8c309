// Made by proto/generate.sh from tally/ingest/v1/activity.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.ingest.v1.FollowRequest`.
public struct FollowRequest: RPCMessage, Hashable {
    /// Which of the alternatives is set.
    public enum Kind: Hashable, Sendable {
        /// `start`.
        case start(FollowStart)
        /// `watermarks`.
        case watermarks(Watermarks)
    }
    /// Which alternative is set; nil for none.
    public var kind: Kind?

    /// Makes a message; what is left out has its default.
    public init(kind: Kind? = nil) {
        self.kind = kind
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

extension FollowRequest: WireMessage {
    static let fullName = "tally.ingest.v1.FollowRequest"
    static var unpack: Unpack<Tally__Ingest__V1__FollowRequest> {
        tally__ingest__v1__follow_request__unpack
    }
    static var packedSize: PackedSize<Tally__Ingest__V1__FollowRequest> {
        tally__ingest__v1__follow_request__get_packed_size
    }
    static var pack: Pack<Tally__Ingest__V1__FollowRequest> {
        tally__ingest__v1__follow_request__pack
    }
    static var initialize: Initialize<Tally__Ingest__V1__FollowRequest> {
        tally__ingest__v1__follow_request__init
    }

    init(_ c: Tally__Ingest__V1__FollowRequest) throws(RPCError) {
        self.init()
        switch c.kind_case {
        case TALLY__INGEST__V1__FOLLOW_REQUEST__KIND_START:
            if let inner = c.start { self.kind = .start(try FollowStart(inner.pointee)) }
        case TALLY__INGEST__V1__FOLLOW_REQUEST__KIND_WATERMARKS:
            if let inner = c.watermarks { self.kind = .watermarks(try Watermarks(inner.pointee)) }
        case _: break
        }
    }

    func fill(_ c: inout Tally__Ingest__V1__FollowRequest, _ arena: Arena) {
        switch self.kind {
        case .start(let value):
            c.kind_case = TALLY__INGEST__V1__FOLLOW_REQUEST__KIND_START
            c.start = arena.message(value)
        case .watermarks(let value):
            c.kind_case = TALLY__INGEST__V1__FOLLOW_REQUEST__KIND_WATERMARKS
            c.watermarks = arena.message(value)
        case nil: break
        }
    }
}
