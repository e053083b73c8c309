internal import Crypto
internal import HTTPCore
internal import Sockets

/// One connection: reads requests, runs the handler for one at a time, writes answers in order.
actor HTTPConnection {
    nonisolated let loop: EventLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor {
        self.loop.asUnownedSerialExecutor()
    }

    private let socket: StreamSocket
    private let handler: any HTTPHandler
    private let configuration: HTTPServerConfiguration
    private let onClose: @Sendable (HTTPConnection) -> Void
    private var reader: HTTPRequestReader
    private var webSocket: WebSocket?
    private var task: Task<Void, Never>?
    private var timer: ScheduledTimer?
    private var isClosed = false
    private var isDraining = false
    private var written: UInt64 = 0
    private var roomWaiters: [CheckedContinuation<Void, Never>] = []
    private var closeWaiters: [CheckedContinuation<Void, Never>] = []

    /// Bytes that wait above which a streaming body does.
    private static let outboundSoftBytes = 256 * 1024

    init(
        _ socket: StreamSocket, _ handler: any HTTPHandler,
        _ configuration: HTTPServerConfiguration,
        onClose: @escaping @Sendable (HTTPConnection) -> Void
    ) {
        self.loop = socket.loop
        self.socket = socket
        self.handler = handler
        self.configuration = configuration
        self.onClose = onClose
        self.reader = HTTPRequestReader(limits: configuration.limits)
    }

    /// Starts to read; on the loop.
    nonisolated func start() {
        self.socket.activate(self)
        self.assumeIsolated { $0.wait($0.configuration.requestTimeout) }
    }

    private func wait(_ duration: Duration) {
        self.timer?.cancel()
        self.timer = self.loop.schedule(after: duration) { [weak self] in
            self?.assumeIsolated { $0.timeIsUp() }
        }
    }

    /// Waiting for a request: 408 when one has begun, else a quiet end. While an answer is being
    /// taken: an end when nothing moves.
    private func timeIsUp() {
        guard !self.isClosed else { return }
        if self.task != nil || self.webSocket != nil {
            if self.socket.queuedBytes > 0 && self.socket.bytesWritten == self.written {
                return self.close()
            }
            self.written = self.socket.bytesWritten
            return self.wait(self.configuration.writeStall)
        }
        guard self.reader.isInRequest else { return self.close() }
        self.refuse(HTTPFault(408, "the request did not arrive in time"))
    }

    private func take(_ bytes: UnsafeRawBufferPointer) {
        if let webSocket { return webSocket.feed(bytes) }
        let wasIdle = !self.reader.isInRequest
        self.reader.append(bytes)
        if self.task == nil {
            if wasIdle { self.wait(self.configuration.requestTimeout) }
            self.advance()
        } else if self.reader.heldBytes > self.configuration.limits.headBytesMax * 4 {
            // Pipelined requests wait in the kernel once a few are here.
            self.socket.pauseReading()
        }
    }

    /// Begins with the next request, if one is complete.
    private func advance() {
        guard !self.isClosed, self.task == nil else { return }
        do throws(HTTPFault) {
            guard let request = try self.reader.next() else {
                self.socket.resumeReading()
                if self.isDraining && !self.reader.isInRequest { self.socket.closeAfterWrites() }
                return
            }
            self.wait(self.configuration.writeStall)
            self.task = Task(executorPreference: self.loop.tasks) { await self.answer(request) }
        } catch {
            self.refuse(error)
        }
    }

    private func refuse(_ fault: HTTPFault) {
        let response = self.configuration.refusal(fault)
        guard case .bytes(let body) = response.body else { return self.close() }
        self.socket.send(response.head(length: body.count, keepsAlive: false) + body)
        self.socket.closeAfterLastWords()
    }

    private func answer(_ request: HTTPRequest) async {
        if request["Upgrade"] != nil, WebSocketHandshake.isRequest(request) {
            return await self.becomeWebSocket(request)
        }
        let response = await self.handler.respond(to: request)
        let keepsAlive = request.keepsAlive && !self.isDraining
        let isHead = request.method == "HEAD"
        switch response.body {
        case .bytes(let body):
            let head = response.head(length: body.count, keepsAlive: keepsAlive)
            let hasBody = !isHead && response.status != 304 && response.status != 204
            self.socket.send(hasBody ? head + body : head)
        case .stream(let produce):
            self.socket.send(response.head(length: nil, keepsAlive: keepsAlive))
            if !isHead, await !self.stream(produce) { return self.close() }
        }
        self.answered(keepsAlive: keepsAlive)
    }

    private func answered(keepsAlive: Bool) {
        self.task = nil
        guard keepsAlive else {
            self.socket.closeAfterWrites()
            return
        }
        self.wait(
            self.reader.isInRequest
                ? self.configuration.requestTimeout : self.configuration.idleTimeout)
        self.advance()
    }

    /// Sends a body in chunks; false when it broke off, which the client must notice.
    private func stream(
        _ produce: @Sendable (HTTPResponse.Send) async throws -> Void
    ) async -> Bool {
        do {
            try await produce { [weak self] piece in
                guard let self else { throw CancellationError() }
                try await self.sendChunk(piece)
            }
            self.socket.send(Array("0\r\n\r\n".utf8))
            return true
        } catch {
            return false
        }
    }

    private func sendChunk(_ piece: [UInt8]) async throws {
        guard !piece.isEmpty else { return }
        while !self.isClosed, self.socket.queuedBytes > Self.outboundSoftBytes {
            await withCheckedContinuation { self.roomWaiters.append($0) }
        }
        if self.isClosed || Task.isCancelled { throw CancellationError() }
        let size = Array((String(piece.count, radix: 16) + "\r\n").utf8)
        self.socket.send(size + piece + [13, 10])
    }

    // MARK: WebSockets

    private func becomeWebSocket(_ request: HTTPRequest) async {
        switch await self.handler.upgrade(request) {
        case .refuse(let response):
            if case .bytes(let body) = response.body {
                self.socket.send(
                    response.head(length: body.count, keepsAlive: request.keepsAlive) + body)
            }
            self.answered(keepsAlive: request.keepsAlive)
        case .accept(let run):
            guard !self.isClosed, let answer = WebSocketHandshake.answer(request) else {
                return self.refuse(HTTPFault(400, "the WebSocket handshake is wrong"))
            }
            self.socket.setSendBuffer(bytes: WebSocket.kernelBufferBytes)
            self.socket.send(answer.head(length: nil, keepsAlive: true))
            let webSocket = WebSocket(self.socket)
            self.webSocket = webSocket
            let early = self.reader.takeRest()
            if !early.isEmpty { early.withUnsafeBytes { webSocket.feed($0) } }
            self.socket.resumeReading()
            self.timer?.cancel()
            webSocket.startPinging()
            await run(webSocket)
            webSocket.close(code: 1000, reason: "")
        }
    }

    // MARK: The end

    private func wrote() {
        for waiter in self.roomWaiters { waiter.resume() }
        self.roomWaiters = []
        self.webSocket?.wrote()
    }

    private func close() {
        self.socket.close()
        self.ended()
    }

    private func ended() {
        guard !self.isClosed else { return }
        self.isClosed = true
        self.timer?.cancel()
        self.task?.cancel()
        self.webSocket?.socketClosed()
        for waiter in self.roomWaiters + self.closeWaiters { waiter.resume() }
        (self.roomWaiters, self.closeWaiters) = ([], [])
        self.onClose(self)
    }

    /// Ends behind the answer that is under way, at the latest when the grace is over.
    func drain(grace: Duration) async {
        guard !self.isClosed else { return }
        self.isDraining = true
        self.webSocket?.close(code: 1001, reason: "the server stops; come back with your cursor")
        // An answer that was given may still wait to be written.
        if self.task == nil { self.socket.closeAfterWrites() }
        let timer = self.loop.schedule(after: grace) { [weak self] in
            self?.assumeIsolated { $0.close() }
        }
        await withCheckedContinuation { continuation in
            if self.isClosed {
                continuation.resume()
            } else {
                self.closeWaiters.append(continuation)
            }
        }
        timer.cancel()
    }
}

extension HTTPConnection: StreamHandler {
    nonisolated func received(_ bytes: BorrowedBytes) {
        self.assumeIsolated { $0.take(bytes.raw) }
    }

    nonisolated func wrote(queued: Int) { self.assumeIsolated { $0.wrote() } }

    nonisolated func inputEnded() {
        // Half-closed clients get the answer that is under way; nothing else is expected.
        self.assumeIsolated {
            if $0.webSocket != nil { $0.close() }
            if $0.task == nil { $0.socket.closeAfterWrites() }
        }
    }

    nonisolated func closed(_ error: SocketError?) { self.assumeIsolated { $0.ended() } }
}
