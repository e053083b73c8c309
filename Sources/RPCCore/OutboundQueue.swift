/// Frames on their way to the socket: control frames first, then the streams in turn, one frame
/// each (rpc.md 1.6), so that a large reply delays nobody else's small one.
///
/// As long as nothing waits for a turn, frames are written one behind the other into `ready`: there
/// is nobody to be fair to, and a frame needs no memory of its own.
@usableFromInline struct OutboundQueue: ~Copyable, Sendable {
    /// Bytes in `ready` above which streams take turns: as much as one frame may have anyway.
    static let readyBytesMax = 64 * 1024

    private var control: [[UInt8]] = []
    private var ready: [UInt8] = []
    private var streams: [UInt32: StreamFrames] = [:]
    private var turns = Turns()
    /// Bytes of all frames that wait here.
    @usableFromInline var bytes = 0
    /// What `ready` held when it was taken last: as much will be needed again.
    private var usualBytes = 0

    private struct StreamFrames {
        var frames: [[UInt8]]
        var next = 0
        var isDone: Bool { self.next == self.frames.count }
    }

    /// A queue of stream ids without a cost for taking from its front.
    private struct Turns {
        private var ids: [UInt32] = []
        private var head = 0
        var isEmpty: Bool { self.head == self.ids.count }

        mutating func append(_ id: UInt32) { self.ids.append(id) }

        mutating func take() -> UInt32? {
            guard self.head < self.ids.count else { return nil }
            defer {
                self.head += 1
                if self.head == self.ids.count {
                    self.ids.removeAll(keepingCapacity: true)
                    self.head = 0
                }
            }
            return self.ids[self.head]
        }
    }

    var isEmpty: Bool { self.bytes == 0 }

    mutating func append(control frame: [UInt8]) {
        self.control.append(frame)
        self.bytes += frame.count
    }

    mutating func append(_ frames: [[UInt8]], stream: UInt32) {
        for frame in frames { self.bytes += frame.count }
        if self.streams[stream] == nil {
            self.streams[stream] = StreamFrames(frames: frames)
            self.turns.append(stream)
        } else {
            self.streams[stream]?.frames.append(contentsOf: frames)
        }
    }

    /// One frame, without an array of its own where that is possible.
    mutating func append(
        _ type: FrameType, _ flags: FrameFlags, stream: UInt32, header: [UInt8] = [], body: [UInt8]
    ) {
        let count = FrameHead.byteCount + header.count + body.count
        guard self.turns.isEmpty, self.ready.count + count <= Self.readyBytesMax else {
            let frame = Frame.encoded(type, flags, stream: stream, header: header, body: body)
            return self.append([frame], stream: stream)
        }
        if self.ready.isEmpty { self.ready.reserveCapacity(max(count, self.usualBytes)) }
        Frame.append(type, flags, stream: stream, header: header, body: body, to: &self.ready)
        self.bytes += count
    }

    /// A message of a stream, encoded right behind what waits where nobody has to have a turn
    /// before it: it needs no memory of its own, and is copied nowhere but into the kernel.
    ///
    /// - Returns: its bytes; above `messageBytesMax` nothing of it stays.
    mutating func append(
        message stream: UInt32, _ peer: Limits, _ encode: (inout [UInt8]) -> Void
    ) -> Int {
        let start = self.ready.count
        guard self.turns.isEmpty, start + Self.usualMessageBytes <= Self.readyBytesMax else {
            return self.append(apart: stream, peer, encode)
        }
        if start == 0 { self.ready.reserveCapacity(self.usualBytes) }
        Frame.append(.message, [], stream: stream, header: [], body: [], to: &self.ready)
        let bodyStart = self.ready.count
        encode(&self.ready)
        let count = self.ready.count - bodyStart
        guard count <= Int(min(peer.frameBytesMax, peer.messageBytesMax)) else {
            let message = Array(self.ready[bodyStart...])
            self.ready.removeLast(self.ready.count - start)
            return self.append(apart: stream, peer) { $0 = message }
        }
        FrameHead.setLength(UInt32(count), in: &self.ready, at: start)
        self.bytes += FrameHead.byteCount + count
        return count
    }

    /// A message that waits for its turn, or is cut into several frames.
    private mutating func append(
        apart stream: UInt32, _ peer: Limits, _ encode: (inout [UInt8]) -> Void
    ) -> Int {
        var message: [UInt8] = []
        encode(&message)
        guard message.count <= Int(peer.messageBytesMax) else { return message.count }
        if message.count <= Int(peer.frameBytesMax) {
            self.append(.message, [], stream: stream, body: message)
        } else {
            self.append(
                Fragments.frames(
                    .message, stream: stream, header: [], message: message, last: [],
                    frameBytesMax: Int(peer.frameBytesMax)), stream: stream)
        }
        return message.count
    }

    /// Room that a message needs to be encoded in place; a larger one makes `ready` longer, once.
    private static let usualMessageBytes = 1024

    /// Whether frames of the stream still wait.
    func holds(_ stream: UInt32) -> Bool { self.streams[stream] != nil }

    /// Drops what a stream still had to send.
    ///
    /// - Returns: whether its REQUEST was among it, so that the peer never heard of the call.
    @discardableResult
    mutating func drop(_ stream: UInt32) -> Bool {
        if self.isEmpty { return false }
        let wasRequest = !self.ready.isEmpty && self.dropReady(stream)
        return self.dropWaiting(stream) || wasRequest
    }

    private mutating func dropReady(_ stream: UInt32) -> Bool {
        var (kept, position, wasRequest): ([UInt8], Int, Bool) = ([], 0, false)
        while position < self.ready.count {
            let head = self.ready[position...].withUnsafeBytes { FrameHead($0) }
            let end = position + FrameHead.byteCount + Int(head.length)
            if head.stream != stream {
                kept.append(contentsOf: self.ready[position..<end])
            } else if head.type == FrameType.request.rawValue {
                wasRequest = true
            }
            position = end
        }
        self.bytes -= self.ready.count - kept.count
        self.ready = kept
        return wasRequest
    }

    private mutating func dropWaiting(_ stream: UInt32) -> Bool {
        // The id stays in `turns` and is passed over.
        guard let waiting = self.streams.removeValue(forKey: stream) else { return false }
        for frame in waiting.frames[waiting.next...] { self.bytes -= frame.count }
        return waiting.frames[waiting.next...].first.map { $0[4] == FrameType.request.rawValue }
            ?? false
    }

    /// The next frames, at least one when any waits, up to about `limit` bytes, in one buffer.
    mutating func take(upTo limit: Int) -> [UInt8] {
        var buffer: [UInt8] = []
        self.usualBytes = self.ready.count
        if self.control.isEmpty {
            swap(&buffer, &self.ready)
        } else {
            for frame in self.control { buffer.append(contentsOf: frame) }
            buffer.append(contentsOf: self.ready)
            self.control = []
            self.ready = []
        }
        while buffer.count < limit, let stream = self.turns.take() {
            self.takeOne(stream, into: &buffer)
        }
        self.bytes -= buffer.count
        return buffer
    }

    private mutating func takeOne(_ stream: UInt32, into buffer: inout [UInt8]) {
        guard var waiting = self.streams.removeValue(forKey: stream) else { return }
        let frame = waiting.frames[waiting.next]
        if buffer.isEmpty { buffer = frame } else { buffer.append(contentsOf: frame) }
        waiting.frames[waiting.next] = []
        waiting.next += 1
        guard !waiting.isDone else { return }
        self.streams[stream] = waiting
        self.turns.append(stream)
    }
}
