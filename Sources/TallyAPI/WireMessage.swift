internal import CTallyProto
internal import RPCCore

typealias Unpack<C> = (
    UnsafeMutablePointer<ProtobufCAllocator>?, Int, UnsafePointer<UInt8>?
) -> UnsafeMutablePointer<C>?
typealias PackedSize<C> = (UnsafePointer<C>?) -> Int
typealias Pack<C> = (UnsafePointer<C>?, UnsafeMutablePointer<UInt8>?) -> Int
typealias Initialize<C> = (UnsafeMutablePointer<C>?) -> Void

/// What the generated code of a message offers to the codec.
protocol WireMessage: RPCMessage {
    associatedtype C

    static var fullName: String { get }
    static var unpack: Unpack<C> { get }
    static var packedSize: PackedSize<C> { get }
    static var pack: Pack<C> { get }
    static var initialize: Initialize<C> { get }

    init(_ c: C) throws(RPCError)
    func fill(_ c: inout C, _ arena: Arena)
}

/// Wire bytes to values, through protobuf-c and a budget.
enum Decoder {
    static func message<Message: WireMessage>(
        _ bytes: UnsafeRawBufferPointer
    ) throws(RPCError) -> Message {
        guard let arena = Arena(budget: Arena.budget(wireBytes: bytes.count)) else {
            throw RPCError(.resourceExhausted, "no memory for a message")
        }
        defer { arena.end() }
        // protobuf-c wants an address even for no bytes.
        var nothing: UInt8 = 0
        let unpacked = withUnsafePointer(to: &nothing) { empty in
            Message.unpack(
                arena.allocator, bytes.count,
                bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) ?? empty)
        }
        guard let unpacked else {
            throw RPCError(
                .internalError, "\(Message.fullName) of \(bytes.count) bytes does not parse",
                reason: ErrorReason.protocolViolation)
        }
        return try Message(unpacked.pointee)
    }

    /// A string member; protobuf-c does not check that it is UTF-8.
    static func text(
        _ data: ProtobufCBinaryData, _ field: StaticString
    ) throws(RPCError) -> String {
        let bytes = UnsafeBufferPointer(start: data.data, count: data.len)
        if Self.isASCII(UnsafeRawBufferPointer(bytes)) {
            return String(decoding: bytes, as: UTF8.self)
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw RPCError(
                .internalError, "\(field) is not UTF-8", reason: ErrorReason.protocolViolation)
        }
        return text
    }

    /// Eight bytes at a time. Most text is ASCII, and the general check is many times slower.
    private static func isASCII(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var (seen, position): (UInt64, Int) = (0, 0)
        while bytes.count - position >= 8 {
            seen |= bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self)
            position += 8
        }
        while position < bytes.count {
            seen |= UInt64(bytes[position])
            position += 1
        }
        return seen & 0x8080_8080_8080_8080 == 0
    }

    static func bytes(_ data: ProtobufCBinaryData) -> [UInt8] {
        Array(UnsafeBufferPointer(start: data.data, count: data.len))
    }
}

/// Values to wire bytes.
enum Encoder {
    static func append<Message: WireMessage>(_ message: Message, to bytes: inout [UInt8]) {
        guard let arena = Arena(budget: Int.max) else { preconditionFailure("out of memory") }
        defer { arena.end() }
        let c = arena.message(message)
        let size = Message.packedSize(c)
        guard size > 0 else { return }
        // `append` would make just enough room, and again for each message that follows.
        if bytes.capacity - bytes.count < size {
            bytes.reserveCapacity(max(bytes.count + size, 2 * bytes.capacity))
        }
        bytes.append(addingCapacity: size) { span in
            span.withUnsafeMutableBufferPointer { memory, count in
                count += Message.pack(c, memory.baseAddress?.advanced(by: count))
            }
        }
    }
}
