import Crypto
import RPC
import RPCCore
import Sockets
import Synchronization
import TestKit

/// A message of any bytes: empty is a message, too.
struct Blob: RPCMessage, Hashable {
    var bytes: [UInt8]

    init(_ bytes: [UInt8] = []) { self.bytes = bytes }
    init(count: Int) { self.bytes = [UInt8](repeating: 7, count: count) }
    init(decoding bytes: UnsafeRawBufferPointer) throws(RPCError) { self.bytes = Array(bytes) }
    func encode(into bytes: inout [UInt8]) { bytes.append(contentsOf: self.bytes) }
}

/// How the two sides are joined.
enum Joint: CaseIterable, Sendable {
    case tcp
    case tls
    case inProcess
}

/// The authority of all tests, and credentials that it signed.
enum TestTLS {
    static let authority = Result { try TestAuthority() }

    /// Credentials of somebody whom the authority knows.
    static func credentials(
        of name: String, alternatives: [String] = ["DNS:localhost", "IP:127.0.0.1"], days: Int = 2,
        signedBy signer: TestAuthority? = nil
    ) throws -> TLSCredentials {
        let issued = try (signer ?? self.authority.get()).issue(
            name, alternatives: alternatives, days: days)
        return TLSCredentials(
            certificate: try bytes(of: issued.certificate), key: try bytes(of: issued.key),
            authorities: try bytes(of: self.authority.get().certificate))
    }

    static func live(
        _ credentials: TLSCredentials, protocolName: String = "tally-rpc/1"
    ) throws -> LiveCredentials {
        try LiveCredentials(credentials, protocolName: protocolName)
    }

    /// Both ends of most tests.
    static let server = Result { try live(credentials(of: "ingest")) }
    static let client = Result { try live(credentials(of: "scoring")) }
}

let group = Result { try EventLoopGroup(threads: 2, name: "test") }

func method(_ name: String, _ kind: CallKind, _ idempotency: Idempotency = .unknown)
    -> MethodDescriptor
{
    MethodDescriptor(path: "/test.Test/\(name)", kind: kind, idempotency: idempotency)
}

let echo = method("Echo", .unary)
let sized = method("Sized", .unary)
let count = method("Count", .serverStreaming)
let sum = method("Sum", .clientStreaming)
let chat = method("Chat", .bidirectional)

/// A number as eight bytes.
func blob(_ number: Int) -> Blob { Blob(withUnsafeBytes(of: number.bigEndian) { Array($0) }) }

extension Blob {
    var number: Int { self.bytes.reduce(0) { $0 << 8 | Int($1) } }
}

/// Methods that most tests need.
func standardRouter() -> RPCRouter {
    var router = RPCRouter()
    router.unary(echo) { (request: Blob, _) in request }
    router.unary(sized) { (_: Blob, _) in Blob(count: 314_159) }
    router.serverStreaming(count) { (request: Blob, writer: RPCWriter<Blob>, _) in
        for size in stride(from: 0, to: request.bytes.count, by: 8) {
            let number = Blob(Array(request.bytes[size..<size + 8])).number
            try await writer.send(Blob(count: number))
        }
    }
    router.clientStreaming(sum) { (reader: RPCReader<Blob>, _) in
        var total = 0
        for try await message in reader { total += message.bytes.count }
        return blob(total)
    }
    router.bidirectional(chat) { (reader: RPCReader<Blob>, writer: RPCWriter<Blob>, _) in
        for try await message in reader { try await writer.send(message) }
    }
    return router
}

/// Runs `body` with a server and a channel to it, and ends both.
func withServer<Value: Sendable>(
    _ joint: Joint = .tcp, router: RPCRouter = standardRouter(),
    server configuration: ServerConfiguration = ServerConfiguration(),
    client: ClientConfiguration = ClientConfiguration(),
    _ body: (RPCChannel, RPCServer) async throws -> Value
) async throws -> Value {
    let group = try group.get()
    var (configuration, client) = (configuration, client)
    if joint == .tls {
        configuration.tls = try configuration.tls ?? TestTLS.server.get()
        client.tls = try client.tls ?? TestTLS.client.get()
    }
    let server = try RPCServer(
        SocketAddress(host: "127.0.0.1", port: 0), router: router, configuration: configuration,
        group: group)
    let channel =
        switch joint {
        case .tcp, .tls:
            try RPCChannel("\(server.localAddress)", configuration: client, group: group)
        case .inProcess:
            RPCChannel(inProcess: server, configuration: client, group: group)
        }
    do {
        let value = try await body(channel, server)
        await channel.close()
        await server.shutdown(grace: .zero)
        return value
    } catch {
        await channel.close()
        await server.shutdown(grace: .zero)
        throw error
    }
}

/// Something that one side awaits and the other says once.
final class Signal: Sendable {
    private let state = Mutex<(isSet: Bool, waiters: [CheckedContinuation<Void, Never>])>(
        (false, []))

    var isSet: Bool { self.state.withLock { $0.isSet } }

    func set() {
        let waiters = self.state.withLock { state in
            state.isSet = true
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    func wait() async {
        await withCheckedContinuation { continuation in
            let isSet = self.state.withLock { state in
                if !state.isSet { state.waiters.append(continuation) }
                return state.isSet
            }
            if isSet { continuation.resume() }
        }
    }
}

/// Hears of calls that ended.
struct Ending: EndInterceptor {
    let heard: @Sendable (FinishedCall) -> Void

    init(_ heard: @escaping @Sendable (FinishedCall) -> Void) { self.heard = heard }

    func ended(_ call: FinishedCall) { self.heard(call) }
}

/// The error of an operation that must fail with one.
func failure<Value>(_ body: () async throws -> Value) async -> RPCError? {
    do {
        _ = try await body()
        return nil
    } catch {
        return error as? RPCError
    }
}
