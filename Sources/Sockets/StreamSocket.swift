private import CEpoll
internal import Glibc

/// Who hears of a socket; called on the socket's loop.
public protocol StreamHandler: AnyObject, Sendable {
    /// Bytes arrived; they are gone when the call returns.
    func received(_ bytes: BorrowedBytes)
    /// The kernel took some of what was queued; `queued` bytes are left.
    func wrote(queued: Int)
    /// The peer will send nothing more; writing may go on.
    func inputEnded()
    /// The socket is closed; nothing follows. Without an error it was closed by its owner or
    /// after its last write.
    func closed(_ error: SocketError?)
}

/// A connected stream, owned by one loop.
///
/// `@unchecked Sendable`: every member but `loop` is touched on the loop's thread alone, which
/// `checkIsolated` asserts; other threads go through `loop.execute`.
public final class StreamSocket: EventSource, @unchecked Sendable {
    /// The loop that owns the socket.
    public let loop: EventLoop
    /// Who hears of it; held until the socket is closed.
    private var handler: (any StreamHandler)?
    private let descriptor: Int32
    private var output = OutputQueue()
    private var isOpen = true
    private var isReading = true
    private var isWaitingToWrite = false
    private var isMarked = false
    private var hasWrittenEarly = false
    private var closesAfterWrites = false
    private var endsAfterWrites = false
    private var hasEndedOutput = false
    private var hasEndedInput = false
    private var lastWordsTimer: ScheduledTimer?

    /// Bytes written to the kernel so far; a stalled peer lets it stand still.
    public private(set) var bytesWritten: UInt64 = 0
    /// Bytes queued and not yet taken by the kernel.
    public var queuedBytes: Int { self.output.bytes }

    /// Adopts a connected descriptor; `activate` starts it.
    init(_ descriptor: Int32, loop: EventLoop) {
        self.descriptor = descriptor
        self.loop = loop
    }

    deinit {
        if self.isOpen { Glibc.close(self.descriptor) }
    }

    /// Starts to read; on the loop, once.
    public func activate(_ handler: any StreamHandler) {
        self.loop.checkIsolated()
        self.handler = handler
        do {
            try self.loop.core.add(self, self.descriptor, .readable)
        } catch {
            self.finish(error)
        }
    }

    /// The other end, when the system knows it.
    public var peer: SocketAddress? { ResolvedAddress.end(of: self.descriptor, getpeername) }
    /// This end, when the system knows it.
    public var local: SocketAddress? { ResolvedAddress.end(of: self.descriptor, getsockname) }

    /// Sets the kernel's send buffer; by default it may grow to 4 MiB for a peer that never reads.
    public func setSendBuffer(bytes: Int32) {
        var value = bytes
        setsockopt(self.descriptor, SOL_SOCKET, SO_SNDBUF, &value, 4)
    }

    /// Bytes above which the peer gets something to do before the turn ends: about a packet.
    /// Otherwise the two would take turns with whole batches, and each wait for the other.
    public static let sentAtOnce = 1024

    /// Queues bytes; what is queued in one turn of the loop leaves in one call, unless it is much.
    ///
    /// - Parameter least: bytes above which some leave at once, so that the peer has something to
    ///   do.
    public func send(_ bytes: [UInt8], atOnceFrom least: Int = StreamSocket.sentAtOnce) {
        guard self.isOpen, !self.closesAfterWrites, !self.endsAfterWrites, !bytes.isEmpty else {
            return
        }
        self.output.append(bytes)
        if self.output.bytes >= least && !self.isWaitingToWrite { self.writeEarly() }
        self.mark()
    }

    /// Writes what is queued now: the peer waits for it while this turn has yet much to do.
    public func hurry() {
        guard self.isOpen, !self.output.isEmpty, !self.isWaitingToWrite else { return }
        self.writeEarly()
    }

    /// Stops taking bytes from the kernel, which then pushes the peer back.
    public func pauseReading() {
        guard self.isReading else { return }
        self.isReading = false
        self.updateInterest()
    }

    /// Takes bytes again; not from a peer that hears its last words.
    public func resumeReading() {
        guard !self.isReading, self.lastWordsTimer == nil else { return }
        self.isReading = true
        self.updateInterest()
    }

    /// Sends what is queued, then closes; nothing more can be queued.
    public func closeAfterWrites() {
        guard self.isOpen else { return }
        self.closesAfterWrites = true
        self.mark()
    }

    /// Ends the stream when everything queued has been written, and goes on reading: to close
    /// instead, with bytes of the peer unread, would take from it what it has not got yet.
    public func endAfterWrites() {
        guard self.isOpen else { return }
        self.endsAfterWrites = true
        self.mark()
    }

    /// Bytes that the kernel took and the peer's has not acknowledged.
    public var unacknowledgedBytes: Int {
        self.isOpen ? Int(tally_unacknowledged(self.descriptor)) : 0
    }

    /// Time a peer has to take what was said to it last (rpc.md 1.9).
    private static let lastWords = Duration.seconds(1)

    /// Sends what is queued and the end of the stream, reads nothing more, and closes when the peer
    /// has closed or a second is over: to a peer that is cut off while it still sends, and that
    /// shall hear why.
    public func closeAfterLastWords() {
        guard self.isOpen, self.lastWordsTimer == nil else { return }
        self.pauseReading()
        self.endAfterWrites()
        self.lastWordsTimer = self.loop.schedule(after: Self.lastWords) { self.finish(nil) }
    }

    /// Closes at once; what is queued is lost.
    public func close(_ error: SocketError? = nil) { self.finish(error) }

    /// The loop ends before the time for the last words is over.
    func endLastWords() {
        if self.lastWordsTimer != nil { self.finish(nil) }
    }

    func ready(_ readiness: Readiness) {
        if readiness.contains(.writable) || !readiness.isDisjoint(with: .hungUp) { self.flush() }
        guard self.isOpen, self.isReading, !self.hasEndedInput else {
            // Nobody reads: only a peer that is gone altogether is worth knowing.
            if !readiness.isDisjoint(with: .hungUp) {
                let isExpected = self.lastWordsTimer != nil
                self.finish(
                    isExpected ? nil : SocketError(.reset, "the peer closed the connection"))
            }
            return
        }
        if !readiness.isDisjoint(with: [.readable, .hungUp]) { self.readSome() }
    }

    private func readSome() {
        let buffer = self.loop.core.readBuffer
        switch transfer("recv", { recv(self.descriptor, buffer.baseAddress, buffer.count, 0) }) {
        case .bytes(0):
            self.hasEndedInput = true
            self.updateInterest()
            self.handler?.inputEnded()
        case .bytes(let count):
            let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
            self.handler?.received(BorrowedBytes(bytes))
        case .wouldBlock: break
        case .failed(let error): self.finish(error)
        }
    }

    private func mark() {
        guard !self.isMarked, !self.isWaitingToWrite else { return }
        self.isMarked = true
        self.loop.core.flushLater(self)
    }

    /// One write before the turn ends; whatever comes of it, `flush` sees to it.
    private func writeEarly() {
        guard case .bytes(let count) = self.output.write(to: self.descriptor) else { return }
        self.output.consume(count)
        self.bytesWritten += UInt64(count)
        self.hasWrittenEarly = true
    }

    func flush() {
        self.isMarked = false
        guard self.isOpen else { return }
        var wroteSome = self.hasWrittenEarly
        self.hasWrittenEarly = false
        while !self.output.isEmpty {
            switch self.output.write(to: self.descriptor) {
            case .bytes(let count):
                self.output.consume(count)
                self.bytesWritten += UInt64(count)
                wroteSome = true
            case .wouldBlock:
                self.waitToWrite(true)
                if wroteSome { self.handler?.wrote(queued: self.output.bytes) }
                return
            case .failed(let error): return self.finishAfterInput(error)
            }
        }
        self.waitToWrite(false)
        if self.closesAfterWrites { return self.finish(nil) }
        if self.endsAfterWrites, !self.hasEndedOutput {
            self.hasEndedOutput = true
            shutdown(self.descriptor, Int32(SHUT_WR))
        }
        if wroteSome { self.handler?.wrote(queued: 0) }
    }

    /// Reads at most this often before a socket that cannot be written is given up.
    private static let lastReadsMax = 64

    /// The peer closed: what it said before that still counts.
    private func finishAfterInput(_ error: SocketError) {
        self.output.removeAll()
        for _ in 0..<Self.lastReadsMax {
            guard self.isOpen, self.isReading, !self.hasEndedInput else { break }
            let buffer = self.loop.core.readBuffer
            let result = transfer("recv") {
                recv(self.descriptor, buffer.baseAddress, buffer.count, 0)
            }
            guard case .bytes(let count) = result, count > 0 else { break }
            let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
            self.handler?.received(BorrowedBytes(bytes))
        }
        self.finish(error)
    }

    private func waitToWrite(_ waits: Bool) {
        guard waits != self.isWaitingToWrite else { return }
        self.isWaitingToWrite = waits
        self.updateInterest()
    }

    private func updateInterest() {
        guard self.isOpen, self.handler != nil else { return }
        var interest: Readiness = []
        if self.isReading && !self.hasEndedInput { interest.insert(.readable) }
        if self.isWaitingToWrite { interest.insert(.writable) }
        self.loop.core.modify(self.descriptor, interest)
    }

    private func finish(_ error: SocketError?) {
        guard self.isOpen else { return }
        self.isOpen = false
        self.lastWordsTimer?.cancel()
        self.lastWordsTimer = nil
        if self.handler != nil { self.loop.core.remove(self.descriptor) }
        Glibc.close(self.descriptor)
        self.output.removeAll()
        let handler = self.handler
        self.handler = nil
        handler?.closed(error)
    }
}
