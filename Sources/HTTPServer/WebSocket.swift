private import CWslay
internal import Sockets
private import Synchronization

/// A WebSocket: text out with a bounded queue, messages in.
///
/// Frames are wslay's; everything runs on the socket's loop.
public final class WebSocket: Sendable {
    /// What a reader of the socket hears.
    public enum Event: Sendable, Hashable {
        /// A text message.
        case text(String)
        /// The socket is closed.
        case closed
    }

    /// Bytes of the kernel's send buffer: with its default, a stuck reader holds 4 MiB.
    static let kernelBufferBytes: Int32 = 64 * 1024
    /// Longest message from a client (http.md section 4).
    public static let messageBytesMax = 4096
    /// Bytes that may wait for a slow reader.
    public static let queuedBytesMax = 1024 * 1024
    /// How often a client is asked whether it lives, and how long it may be silent.
    private static let pingInterval = Duration.seconds(30)
    private static let silenceMax = Duration.seconds(60)
    private static let stallMax = Duration.seconds(30)

    private struct State {
        var heardAt = ContinuousClock.now
        var progressAt = ContinuousClock.now
        var isClosed = false
        var roomWaiters: [CheckedContinuation<Void, Never>] = []
    }

    private let socket: StreamSocket
    private let frames: WebSocketFrames
    private let state = Mutex(State())
    private let continuation: AsyncStream<Event>.Continuation
    /// Messages and the end, in order.
    public let events: AsyncStream<Event>

    init(_ socket: StreamSocket) {
        self.socket = socket
        // A client that sends faster than it is heard is cut off by the closing of the stream.
        let (events, continuation) = AsyncStream<Event>.makeStream(
            bufferingPolicy: .bufferingNewest(64))
        self.events = events
        self.continuation = continuation
        self.frames = WebSocketFrames(messageBytesMax: Self.messageBytesMax) { socket.send($0) }
    }

    private func onLoop(_ body: @escaping @Sendable () -> Void) {
        if self.socket.loop.isInLoop { body() } else { self.socket.loop.execute(body) }
    }

    /// Whether so many more bytes fit the queue; a sender that must not lose anything waits for
    /// `room`, one that may tells its reader of a gap.
    public func hasRoom(_ bytes: Int) async -> Bool {
        await withCheckedContinuation { continuation in
            self.onLoop {
                continuation.resume(
                    returning: self.socket.queuedBytes + bytes <= Self.queuedBytesMax)
            }
        }
    }

    /// Whether the socket is closed.
    public var isClosed: Bool { self.state.withLock { $0.isClosed } }

    /// Returns when some of the queue was taken, or the socket is closed.
    public func room() async {
        await withCheckedContinuation { continuation in
            let isClosed = self.state.withLock { state in
                if !state.isClosed { state.roomWaiters.append(continuation) }
                return state.isClosed
            }
            if isClosed { continuation.resume() }
        }
    }

    /// Queues a text message.
    public func send(_ text: String) {
        self.onLoop {
            guard !self.isClosed else { return }
            self.frames.sendText(text)
        }
    }

    /// Starts the closing handshake.
    ///
    /// - Parameter code: RFC 6455 section 7.4.1.
    public func close(code: UInt16, reason: String) {
        self.onLoop {
            guard !self.isClosed else { return }
            self.frames.sendClose(code, reason)
            self.socket.closeAfterWrites()
        }
    }

    func feed(_ bytes: UnsafeRawBufferPointer) {
        self.state.withLock { $0.heardAt = ContinuousClock.now }
        for text in self.frames.receive(bytes) { self.continuation.yield(.text(text)) }
        if self.frames.isFinished { self.socket.closeAfterWrites() }
    }

    func wrote() {
        let waiters = self.state.withLock { state in
            state.progressAt = ContinuousClock.now
            defer { state.roomWaiters = [] }
            return state.roomWaiters
        }
        for waiter in waiters { waiter.resume() }
    }

    func startPinging() {
        self.socket.loop.schedule(after: Self.pingInterval) { [weak self] in self?.tick() }
    }

    private func tick() {
        let now = ContinuousClock.now
        let (heard, progress, isClosed) = self.state.withLock {
            ($0.heardAt, $0.progressAt, $0.isClosed)
        }
        guard !isClosed else { return }
        if self.socket.queuedBytes > 0 && now - progress >= Self.stallMax {
            self.frames.sendClose(1013, "nothing was read for too long")
            return self.socket.close()
        }
        if now - heard >= Self.silenceMax { return self.socket.close() }
        if self.socket.queuedBytes == 0 { self.frames.sendPing() }
        self.startPinging()
    }

    func socketClosed() {
        let waiters = self.state.withLock { state in
            state.isClosed = true
            defer { state.roomWaiters = [] }
            return state.roomWaiters
        }
        for waiter in waiters { waiter.resume() }
        self.continuation.yield(.closed)
        self.continuation.finish()
    }
}
