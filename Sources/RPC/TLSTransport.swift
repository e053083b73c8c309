internal import Crypto
internal import RPCCore
internal import Sockets

/// A socket whose bytes are encrypted. Plaintext waits for the handshake, then becomes ciphertext
/// at once, so that the socket's queue alone holds what the peer does not take.
///
/// An actor whose executor is the socket's loop, so that the session needs no lock.
actor TLSTransport: LoopActor, Transport {
    private enum Phase {
        /// Nothing came yet.
        case silent
        case handshake
        case open
        /// Refused: nothing more is read while the peer reads why.
        case lingering
        case closed
    }

    nonisolated let loop: EventLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor {
        self.loop.asUnownedSerialExecutor()
    }

    private let socket: StreamSocket
    private let session: TLSSession
    private let isServer: Bool
    private let onRefusal: @Sendable (String) -> Void
    private var handler: (any StreamHandler)?
    private var phase = Phase.silent
    /// Plaintext from before the handshake's end: an introduction, never more.
    private var pending: [[UInt8]] = []
    /// Answers since the socket's queue was last empty.
    private var answersWaiting = 0

    /// Bytes of what the session answers by itself (new keys that the peer asks for) that may wait:
    /// flow control does not know of them, so a peer that asks and does not read is closed.
    static let answersMax = 64 * 1024
    /// Plaintext handed on at once.
    private static let plaintextBytes = 64 * 1024

    /// - Parameter onRefusal: hears why there is no TLS connection; on the loop.
    init(
        _ socket: StreamSocket, _ session: sending TLSSession, isServer: Bool,
        onRefusal: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.loop = socket.loop
        self.socket = socket
        self.session = session
        self.isServer = isServer
        self.onRefusal = onRefusal
    }

    // MARK: Transport

    nonisolated var queuedBytes: Int {
        self.onLoop { $0.socket.queuedBytes + $0.pending.reduce(0) { $0 + $1.count } }
    }
    nonisolated var bytesWritten: UInt64 { self.onLoop { $0.socket.bytesWritten } }
    nonisolated var peerName: String { self.onLoop { $0.socket.peerName } }
    nonisolated var localName: String { self.onLoop { $0.socket.localName } }
    nonisolated var isLocal: Bool { self.onLoop { $0.socket.isLocal } }
    nonisolated var identity: PeerIdentity? { self.onLoop { $0.session.identity } }

    nonisolated func activate(_ handler: any StreamHandler) {
        self.onLoop { transport in
            transport.handler = handler
            transport.socket.activate(transport)
            if !transport.isServer { transport.shakeHands() }
        }
    }

    nonisolated func send(_ bytes: [UInt8], atOnceFrom least: Int) {
        self.onLoop { $0.encrypt(bytes) }
    }
    nonisolated func hurry() { self.onLoop { $0.socket.hurry() } }

    nonisolated func pauseReading() { self.onLoop { $0.socket.pauseReading() } }
    nonisolated func resumeReading() { self.onLoop { $0.socket.resumeReading() } }

    nonisolated var unacknowledgedBytes: Int { self.onLoop { $0.socket.unacknowledgedBytes } }

    nonisolated func closeAfterLastWords() {
        self.onLoop { transport in
            guard transport.phase != .handshake else {
                return transport.refuse("the TLS handshake was not over in time")
            }
            if transport.saysGoodbye() { transport.socket.closeAfterLastWords() }
        }
    }

    nonisolated func endAfterWrites() {
        self.onLoop { transport in
            if transport.saysGoodbye() { transport.socket.endAfterWrites() }
        }
    }

    /// - Returns: false for a peer that was refused: it is let go by the clock.
    private func saysGoodbye() -> Bool {
        guard self.phase != .lingering else { return false }
        if self.phase == .open { self.session.end() }
        self.flush()
        return true
    }

    nonisolated func close() {
        self.onLoop { transport in
            // A refused peer is let go by the clock, so that it can read why.
            if transport.phase != .lingering { transport.socket.close(nil) }
        }
    }

    // MARK: Sending

    private func encrypt(_ bytes: [UInt8]) {
        switch self.phase {
        case .silent, .handshake: self.pending.append(bytes)
        case .open:
            do throws(TLSError) {
                try self.session.write(bytes)
                self.flush()
            } catch {
                self.refuse(error.message)
            }
        case .lingering, .closed: break
        }
    }

    private func flush() {
        let bytes = self.session.takeOutput()
        if !bytes.isEmpty { self.socket.send(bytes) }
    }

    // MARK: Receiving

    private func take(_ bytes: UnsafeRawBufferPointer) {
        switch self.phase {
        case .lingering, .closed: return
        case .silent:
            guard let first = bytes.first else { return }
            guard TLSHint.isTLS(first) else { return self.meetPlaintext(first) }
            self.phase = .handshake
        case .handshake, .open: break
        }
        self.session.receive(bytes)
        if self.phase == .handshake { self.shakeHands() }
        if self.phase == .open { self.decrypt() }
    }

    private func meetPlaintext(_ first: UInt8) {
        guard self.isServer else { return self.refuse(TLSHint.reason(forPlaintext: first)) }
        let (answer, reason) = TLSHint.answer(toPlaintext: first)
        self.socket.send(answer)
        self.refuse(reason)
    }

    private func shakeHands() {
        do throws(TLSError) {
            let isOver = try self.session.advance()
            self.flush()
            guard isOver else { return }
        } catch { return self.refuse(error.message) }
        self.phase = .open
        let waiting = self.pending
        self.pending = []
        for bytes in waiting { self.encrypt(bytes) }
    }

    private func decrypt() {
        withUnsafeTemporaryAllocation(byteCount: Self.plaintextBytes, alignment: 16) { buffer in
            while self.phase == .open {
                do throws(TLSError) {
                    switch try self.session.read(into: buffer) {
                    case .bytes(let count):
                        let plaintext = UnsafeRawBufferPointer(rebasing: buffer[..<count])
                        self.handler?.received(BorrowedBytes(plaintext))
                    case .needsMore: return self.answer()
                    case .ended:
                        self.handler?.inputEnded()
                        return
                    }
                } catch { self.refuse(error.message) }
            }
        }
    }

    /// Sends what the session answers by itself, such as a change of keys that the peer wants.
    private func answer() {
        let bytes = self.session.takeOutput()
        guard !bytes.isEmpty else { return }
        self.socket.send(bytes)
        self.answersWaiting += bytes.count
        if self.answersWaiting > Self.answersMax {
            self.refuse("the peer asks for more and more keys, and does not read the answers")
        }
    }

    /// Ends the connection and says why on both sides: an alert to the peer, words to the owner.
    private func refuse(_ words: String) {
        guard self.phase != .lingering, self.phase != .closed else { return }
        self.phase = .lingering
        self.pending = []
        let handler = self.handler
        self.handler = nil
        self.flush()
        self.socket.closeAfterLastWords()
        self.onRefusal(words)
        handler?.closed(SocketError(.untrusted, words))
    }
}

extension TLSTransport: StreamHandler {
    nonisolated func received(_ bytes: BorrowedBytes) {
        self.onLoop { $0.take(bytes.raw) }
    }

    nonisolated func wrote(queued: Int) {
        self.onLoop { transport in
            if queued == 0 { transport.answersWaiting = 0 }
            guard let handler = transport.handler else { return }
            handler.wrote(queued: queued)
        }
    }

    nonisolated func inputEnded() {
        self.onLoop { transport in
            switch transport.phase {
            case .silent where transport.isServer: transport.handler?.inputEnded()
            case .silent, .handshake:
                transport.refuse("the peer closed the connection during the TLS handshake")
            case .open: transport.handler?.inputEnded()
            case .lingering, .closed: transport.socket.close(nil)
            }
        }
    }

    nonisolated func closed(_ error: SocketError?) {
        self.onLoop { transport in
            let wasShaking =
                transport.phase == .handshake || (transport.phase == .silent && !transport.isServer)
            transport.phase = .closed
            let handler = transport.handler
            transport.handler = nil
            var error = error
            if wasShaking, let cause = error {
                error = SocketError(.untrusted, "\(cause.message), during the TLS handshake")
                transport.onRefusal("\(cause.message), during the TLS handshake")
            }
            handler?.closed(error)
        }
    }
}
