import RPC
import RPCCore

/// A message of any bytes.
struct Bytes: RPCMessage, Hashable {
    var bytes: [UInt8]

    init(_ bytes: [UInt8] = []) { self.bytes = bytes }
    init(decoding bytes: UnsafeRawBufferPointer) throws(RPCError) { self.bytes = Array(bytes) }
    func encode(into bytes: inout [UInt8]) { bytes.append(contentsOf: self.bytes) }
}

/// One method of each kind, for load.
enum LoadMethods {
    static let echo = MethodDescriptor(path: "/load.Load/Echo", kind: .unary)
    static let chunks = MethodDescriptor(path: "/load.Load/Chunks", kind: .serverStreaming)
    static let size = MethodDescriptor(path: "/load.Load/Size", kind: .clientStreaming)
    static let chat = MethodDescriptor(path: "/load.Load/Chat", kind: .bidirectional)

    static func register(_ router: inout RPCRouter) {
        router.unary(Self.echo) { (request: Bytes, _) in request }
        router.serverStreaming(Self.chunks) { (request: Bytes, writer: RPCWriter<Bytes>, _) in
            for _ in 0..<4 { try await writer.send(request) }
        }
        router.clientStreaming(Self.size) { (reader: RPCReader<Bytes>, _) in
            var total = 0
            for try await message in reader { total += message.bytes.count }
            return Bytes(Array("\(total)".utf8))
        }
        router.bidirectional(Self.chat) { (reader: RPCReader<Bytes>, writer: RPCWriter<Bytes>, _) in
            for try await message in reader { try await writer.send(message) }
        }
    }

    /// Makes one call of a kind and checks what comes back.
    ///
    /// - Returns: whether the answer was the right one.
    static func call(
        _ kind: CallKind, _ payload: Bytes, _ channel: RPCChannel, _ options: CallOptions
    ) async throws -> Bool {
        switch kind {
        case .unary:
            let reply: Bytes = try await channel.unary(Self.echo, payload, options: options)
            return reply == payload
        case .serverStreaming:
            return try await channel.serverStreaming(Self.chunks, payload, options: options) {
                (reader: RPCReader<Bytes>) in
                var right = 0
                while let message = try await reader.next() { right += message == payload ? 1 : 0 }
                return right == 4
            }
        case .clientStreaming:
            let total: Bytes = try await channel.clientStreaming(Self.size, options: options) {
                for _ in 0..<3 { try await $0.send(payload) }
            }
            return total == Bytes(Array("\(3 * payload.bytes.count)".utf8))
        case .bidirectional:
            return try await channel.bidirectional(Self.chat, options: options) {
                (writer: RequestWriter<Bytes>, reader: RPCReader<Bytes>) in
                try await writer.send(payload)
                let reply = try await reader.next()
                await writer.finish()
                return try await reader.next() == nil && reply == payload
            }
        }
    }
}
