// Made by proto/generate.sh from tally/common/v1/common.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// One promise about what is stored, and whether it holds just now.
public struct Finding: RPCMessage, Hashable {
    /// I1 to I6.
    public var invariant: String
    /// In words.
    public var promise: String
    /// The holds.
    public var holds: Bool
    /// Rows that were looked at.
    public var checked: UInt64
    /// Each names a row; at most 20.
    public var violations: [String]
    /// Why a neighbour's side could not be compared; "" = everything was.
    public var notCompared: String

    /// Makes a message; what is left out has its default.
    public init(
        invariant: String = "", promise: String = "", holds: Bool = false, checked: UInt64 = 0,
        violations: [String] = [], notCompared: String = ""
    ) {
        self.invariant = invariant
        self.promise = promise
        self.holds = holds
        self.checked = checked
        self.violations = violations
        self.notCompared = notCompared
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

extension Finding: WireMessage {
    static let fullName = "tally.common.v1.Finding"
    static var unpack: Unpack<Tally__Common__V1__Finding> { tally__common__v1__finding__unpack }
    static var packedSize: PackedSize<Tally__Common__V1__Finding> {
        tally__common__v1__finding__get_packed_size
    }
    static var pack: Pack<Tally__Common__V1__Finding> { tally__common__v1__finding__pack }
    static var initialize: Initialize<Tally__Common__V1__Finding> {
        tally__common__v1__finding__init
    }

    init(_ c: Tally__Common__V1__Finding) throws(RPCError) {
        self.init()
        self.invariant = try Decoder.text(c.invariant, "Finding.invariant")
        self.promise = try Decoder.text(c.promise, "Finding.promise")
        self.holds = c.holds != 0
        self.checked = c.checked
        for index in 0..<c.n_violations {
            self.violations.append(try Decoder.text(c.violations[index], "Finding.violations"))
        }
        self.notCompared = try Decoder.text(c.not_compared, "Finding.not_compared")
    }

    func fill(_ c: inout Tally__Common__V1__Finding, _ arena: Arena) {
        c.invariant = arena.bytes(self.invariant)
        c.promise = arena.bytes(self.promise)
        c.holds = self.holds ? 1 : 0
        c.checked = self.checked
        c.n_violations = self.violations.count
        c.violations = arena.list(self.violations) { arena.bytes($0) }
        c.not_compared = arena.bytes(self.notCompared)
    }
}
