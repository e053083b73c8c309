// Made by proto/generate.sh from tally/common/v1/common.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.common.v1.VerifyResponse`.
public struct VerifyResponse: RPCMessage, Hashable {
    /// The findings.
    public var findings: [Finding]

    /// Makes a message; what is left out has its default.
    public init(findings: [Finding] = []) {
        self.findings = findings
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

extension VerifyResponse: WireMessage {
    static let fullName = "tally.common.v1.VerifyResponse"
    static var unpack: Unpack<Tally__Common__V1__VerifyResponse> {
        tally__common__v1__verify_response__unpack
    }
    static var packedSize: PackedSize<Tally__Common__V1__VerifyResponse> {
        tally__common__v1__verify_response__get_packed_size
    }
    static var pack: Pack<Tally__Common__V1__VerifyResponse> {
        tally__common__v1__verify_response__pack
    }
    static var initialize: Initialize<Tally__Common__V1__VerifyResponse> {
        tally__common__v1__verify_response__init
    }

    init(_ c: Tally__Common__V1__VerifyResponse) throws(RPCError) {
        self.init()
        for index in 0..<c.n_findings {
            guard let inner = c.findings[index] else { continue }
            self.findings.append(try Finding(inner.pointee))
        }
    }

    func fill(_ c: inout Tally__Common__V1__VerifyResponse, _ arena: Arena) {
        c.n_findings = self.findings.count
        c.findings = arena.list(self.findings) { arena.message($0) }
    }
}
