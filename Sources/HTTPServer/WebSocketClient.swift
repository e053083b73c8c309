internal import Crypto
public import Sockets
private import Synchronization

/// The calling end of a WebSocket: texts in, nothing out but what the protocol asks for.
///
/// It lives on the loop of its socket and ends with it.
public final class WebSocketClient: StreamHandler {
    /// Why there is no socket, or why it ended early.
    public struct Failure: Error, Sendable, Hashable {
        /// What happened, in words.
        public let message: String
    }

    /// Texts as they come; ends when the server closes, fails when the line does.
    public let texts: AsyncThrowingStream<String, any Error>

    /// Longest text that is taken.
    private static let textBytesMax = 4 << 20
    /// Longest head of an answer.
    private static let headBytesMax = 16 << 10
    /// Texts that wait for a reader; a slower one loses the connection, not the machine's memory.
    private static let textsMax = 100_000

    private enum State {
        /// The answer's head is not complete.
        case answering([UInt8])
        case open
        case closed
    }

    private let socket: StreamSocket
    private let frames: WebSocketFrames
    private let proof: String
    private let state = Mutex(State.answering([]))
    private let continuation: AsyncThrowingStream<String, any Error>.Continuation

    private init(_ socket: StreamSocket, key: String) {
        self.socket = socket
        self.proof = WebSocketHandshake.proof(key)
        self.frames = WebSocketFrames(.client, messageBytesMax: Self.textBytesMax) {
            socket.send($0)
        }
        (self.texts, self.continuation) = AsyncThrowingStream.makeStream(
            bufferingPolicy: .bufferingOldest(Self.textsMax))
    }

    /// Connects and asks for a path; what the server answers is seen in `texts`.
    ///
    /// - Throws: `SocketError` when nobody listens in time.
    public static func open(
        _ path: String, at address: SocketAddress, loop: EventLoop, timeout: Duration
    ) async throws(SocketError) -> WebSocketClient {
        let socket = try await StreamSocket.connect(to: address, loop: loop, timeout: timeout)
        let key = Text.base64(Secrets.random(16))
        let client = WebSocketClient(socket, key: key)
        let head = [
            "GET \(path) HTTP/1.1", "Host: \(address)", "Upgrade: websocket",
            "Connection: Upgrade", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: \(key)",
        ]
        let request = Array((head.joined(separator: "\r\n") + "\r\n\r\n").utf8)
        loop.execute {
            socket.activate(client)
            socket.send(request)
        }
        return client
    }

    /// Says goodbye and closes.
    public func close() {
        self.socket.loop.execute {
            self.frames.sendClose(1000, "")
            self.socket.closeAfterWrites()
        }
    }

    /// Bytes arrived.
    public func received(_ bytes: BorrowedBytes) {
        let raw = bytes.raw
        let rest: [UInt8]? = self.state.withLock { state in
            switch state {
            case .open: return Array(raw)
            case .closed: return nil
            case .answering(var head):
                head.append(contentsOf: raw)
                guard let end = Self.end(ofHead: head) else {
                    state = .answering(head)
                    return head.count > Self.headBytesMax ? nil : []
                }
                let text = String(decoding: head[..<end], as: UTF8.self)
                let isOpen = text.hasPrefix("HTTP/1.1 101") && text.contains(self.proof)
                state = isOpen ? .open : .closed
                return isOpen ? Array(head[end...]) : Array(head)
            }
        }
        guard let rest else { return self.fail("the answer is too long") }
        self.take(rest)
    }

    private func take(_ bytes: [UInt8]) {
        let isOpen = self.state.withLock { if case .open = $0 { true } else { false } }
        let isRefused = self.state.withLock { if case .closed = $0 { true } else { false } }
        if isRefused {
            let line = String(decoding: bytes.prefix { $0 != 13 }, as: UTF8.self)
            return self.fail("the server answers \(line)")
        }
        guard isOpen else { return }
        for text in bytes.withUnsafeBytes({ self.frames.receive($0) }) {
            if case .dropped = self.continuation.yield(text) {
                return self.fail("texts come faster than they are read")
            }
        }
        if self.frames.isFinished {
            self.continuation.finish()
            self.socket.closeAfterWrites()
        }
    }

    private func fail(_ words: String) {
        self.state.withLock { $0 = .closed }
        self.continuation.finish(throwing: Failure(message: words))
        self.socket.close()
    }

    private static func end(ofHead bytes: [UInt8]) -> Int? {
        guard bytes.count >= 4 else { return nil }
        for index in 0...(bytes.count - 4)
        where bytes[index..<(index + 4)].elementsEqual([13, 10, 13, 10]) {
            return index + 4
        }
        return nil
    }

    /// The kernel took some of what was queued.
    public func wrote(queued: Int) {}

    /// The server sends nothing more.
    public func inputEnded() { self.fail("the server closed the connection") }

    /// The socket is closed.
    public func closed(_ error: SocketError?) {
        self.continuation.finish(throwing: error.map { Failure(message: $0.message) })
    }
}
