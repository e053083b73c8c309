internal import Crypto
internal import Sockets
private import Synchronization

/// One end of a byte stream inside the process, so that the same protocol runs without a socket.
final class InProcessPipe: Transport {
    private struct State {
        var handler: (any StreamHandler)?
        var other: InProcessPipe?
        var waiting: [[UInt8]] = []
        var isReading = true
        var isOpen = true
        var hasEnded = false
        var bytesWritten: UInt64 = 0
    }

    let loop: EventLoop
    private let state = Mutex(State())
    let peerName = "in-process"
    let localName = "in-process"
    let isLocal = true
    let identity: PeerIdentity? = nil

    private init(loop: EventLoop) { self.loop = loop }

    /// Two ends of one stream; each belongs to its loop.
    static func pair(_ left: EventLoop, _ right: EventLoop) -> (InProcessPipe, InProcessPipe) {
        let ends = (InProcessPipe(loop: left), InProcessPipe(loop: right))
        ends.0.state.withLock { $0.other = ends.1 }
        ends.1.state.withLock { $0.other = ends.0 }
        return ends
    }

    var queuedBytes: Int { 0 }
    var bytesWritten: UInt64 { self.state.withLock { $0.bytesWritten } }

    func activate(_ handler: any StreamHandler) {
        self.state.withLock { $0.handler = handler }
        self.deliver()
    }

    func send(_ bytes: [UInt8], atOnceFrom least: Int) {
        let other = self.state.withLock { state in
            state.bytesWritten += UInt64(bytes.count)
            return state.isOpen ? state.other : nil
        }
        other?.arrive(bytes)
    }

    /// What was sent is there already.
    func hurry() {}

    private func arrive(_ bytes: [UInt8]) {
        self.state.withLock { $0.waiting.append(bytes) }
        self.loop.execute { self.deliver() }
    }

    private func deliver() {
        while true {
            let step: (any StreamHandler, [UInt8]?)? = self.state.withLock { state in
                guard state.isOpen, state.isReading, let handler = state.handler else { return nil }
                if !state.waiting.isEmpty { return (handler, state.waiting.removeFirst()) }
                guard state.hasEnded else { return nil }
                return (handler, nil)
            }
            guard let (handler, bytes) = step else { return }
            guard let bytes else { return self.finish() }
            bytes.withUnsafeBytes { handler.received(BorrowedBytes($0)) }
        }
    }

    func pauseReading() { self.state.withLock { $0.isReading = false } }

    func resumeReading() {
        self.state.withLock { $0.isReading = true }
        self.loop.execute { self.deliver() }
    }

    let unacknowledgedBytes = 0

    func closeAfterLastWords() { self.close() }

    func endAfterWrites() { self.close() }

    func close() {
        let other = self.state.withLock { $0.other }
        self.finish()
        guard let other else { return }
        other.state.withLock { $0.hasEnded = true }
        other.loop.execute { other.deliver() }
    }

    private func finish() {
        let handler = self.state.withLock { state -> (any StreamHandler)? in
            guard state.isOpen else { return nil }
            state.isOpen = false
            state.waiting = []
            defer { (state.handler, state.other) = (nil, nil) }
            return state.handler
        }
        handler?.closed(nil)
    }
}
