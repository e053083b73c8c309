/// Frames on their way to the socket: control frames first, then the streams in turn, one frame
/// each (rpc.md 1.6), so that a large reply delays nobody else's small one.
struct OutboundQueue {
    private var control: [[UInt8]] = []
    private var streams: [UInt32: StreamFrames] = [:]
    private var turns = Turns()
    /// Bytes of all frames that wait here.
    private(set) var bytes = 0

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

    /// Whether frames of the stream still wait.
    func holds(_ stream: UInt32) -> Bool { self.streams[stream] != nil }

    /// Drops what a stream still had to send.
    ///
    /// - Returns: whether its REQUEST was among it, so that the peer never heard of the call.
    @discardableResult
    mutating func drop(_ stream: UInt32) -> Bool {
        // The id stays in `turns` and is passed over.
        guard let waiting = self.streams.removeValue(forKey: stream) else { return false }
        for frame in waiting.frames[waiting.next...] { self.bytes -= frame.count }
        return waiting.frames[waiting.next...].first.map { $0[4] == FrameType.request.rawValue }
            ?? false
    }

    /// The next frames, at least one when any waits, up to about `limit` bytes, in one buffer.
    mutating func take(upTo limit: Int) -> [UInt8] {
        if self.control.count == 1 && self.turns.isEmpty {
            let only = self.control[0]
            self.control.removeAll(keepingCapacity: true)
            self.bytes = 0
            return only
        }
        var buffer: [UInt8] = []
        for frame in self.control { buffer.append(contentsOf: frame) }
        self.control.removeAll(keepingCapacity: true)
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
