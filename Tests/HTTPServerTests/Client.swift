import HTTPCore
import HTTPServer
import Sockets
import Synchronization

let loops = Result { try EventLoopGroup(threads: 2, name: "test") }

/// The other end of a connection: bytes out, bytes in, no protocol of its own.
final class Client: StreamHandler {
    private let state = Mutex<(bytes: [UInt8], isClosed: Bool)>(([], false))
    private let changes = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
    private let socket: StreamSocket

    /// Connects to a server of this process.
    static func connect(_ address: SocketAddress) async throws -> Client {
        let loop = try loops.get().next()
        let socket = try await StreamSocket.connect(to: address, loop: loop, timeout: .seconds(5))
        let client = Client(socket)
        loop.execute { socket.activate(client) }
        return client
    }

    private init(_ socket: StreamSocket) { self.socket = socket }

    var bytes: [UInt8] { self.state.withLock { $0.bytes } }
    var text: String { String(decoding: self.bytes, as: UTF8.self) }
    var isClosed: Bool { self.state.withLock { $0.isClosed } }

    func send(_ text: String) { self.send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) {
        self.socket.loop.execute { self.socket.send(bytes) }
    }

    func endOutput() { self.socket.loop.execute { self.socket.endAfterWrites() } }
    func close() { self.socket.loop.execute { self.socket.close() } }
    func stopReading() { self.socket.loop.execute { self.socket.pauseReading() } }
    func readAgain() { self.socket.loop.execute { self.socket.resumeReading() } }

    /// Waits until what has come fits, or nothing more can come.
    func wait(until fits: (String) -> Bool) async {
        while !fits(self.text) && !self.isClosed {
            var changes = self.changes.stream.makeAsyncIterator()
            await changes.next()
        }
    }

    /// Everything until the server closes.
    func rest() async -> String {
        await self.wait { _ in false }
        return self.text
    }

    func received(_ bytes: BorrowedBytes) {
        let copy = Array(bytes.raw)
        self.state.withLock { $0.bytes += copy }
        self.changes.continuation.yield()
    }

    func wrote(queued: Int) {}

    func inputEnded() { self.socket.close() }

    func closed(_ error: SocketError?) {
        self.state.withLock { $0.isClosed = true }
        self.changes.continuation.yield()
    }
}

/// Answers by a closure.
struct Answerer: HTTPHandler {
    var answer: @Sendable (HTTPRequest) async -> HTTPResponse = { request in
        HTTPResponse(
            200, body: .bytes(Array("\(request.method) \(request.path)".utf8) + request.body))
    }
    var judge: @Sendable (HTTPRequest) async -> HTTPUpgrade = { _ in .refuse(HTTPResponse(404)) }

    func respond(to request: HTTPRequest) async -> HTTPResponse { await self.answer(request) }
    func upgrade(_ request: HTTPRequest) async -> HTTPUpgrade { await self.judge(request) }
}

/// Runs `body` with a server and ends it.
func withServer(
    _ handler: Answerer = Answerer(),
    _ change: (inout HTTPServerConfiguration) -> Void = { _ in },
    _ body: (HTTPServer) async throws -> Void
) async throws {
    var configuration = HTTPServerConfiguration()
    change(&configuration)
    let server = try HTTPServer(
        SocketAddress(host: "127.0.0.1", port: 0), handler: handler, configuration: configuration,
        group: try loops.get())
    do {
        try await body(server)
    } catch {
        await server.shutdown(grace: .zero)
        throw error
    }
    await server.shutdown(grace: .zero)
}
