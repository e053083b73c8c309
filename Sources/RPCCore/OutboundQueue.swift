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
    private var streams = StreamTable<StreamFrames>()
    /// Streams with frames that wait, in the order of their turns.
    private var turns = Fifo<UInt32>()
    /// Bytes of all frames that wait here.
    @usableFromInline var bytes = 0
    /// What `ready` held when it was taken last: as much will be needed again.
    private var usualBytes = 0

    /// Frames of one stream, one behind the other.
    private struct StreamFrames {
        var bytes: [UInt8] = []
        /// Where the next frame begins.
        private var next = 0

        /// Bytes taken above which those that are left move to the front.
        private static let movedBytes = 64 * 1024

        /// Bytes that wait.
        var count: Int { self.bytes.count - self.next }

        private var head: FrameHead { self.bytes[self.next...].withUnsafeBytes { FrameHead($0) } }

        var nextType: UInt8? { self.count == 0 ? nil : self.head.type }

        mutating func takeFrame(into buffer: inout [UInt8]) {
            let end = self.next + FrameHead.byteCount + Int(self.head.length)
            if buffer.isEmpty, self.next == 0, end == self.bytes.count {
                return swap(&buffer, &self.bytes)
            }
            buffer += self.bytes[self.next..<end]
            self.next = end
            guard self.next >= Self.movedBytes, self.next * 2 >= self.bytes.count else { return }
            self.bytes.removeSubrange(..<self.next)
            self.next = 0
        }
    }

    var isEmpty: Bool { self.bytes == 0 }

    mutating func append(control frame: [UInt8]) {
        self.control.append(frame)
        self.bytes += frame.count
    }

    /// The number under which a frame waits that belongs to no stream; none has it.
    private static let noStream = UInt32.max

    /// A frame of the connection that overtakes no first frame of a stream: it waits for a turn,
    /// and by then each stream before it has had one.
    mutating func append(last frame: [UInt8]) { self.append([frame], stream: Self.noStream) }

    mutating func append(_ frames: [[UInt8]], stream: UInt32) {
        self.wait(stream) { bytes in for frame in frames { bytes += frame } }
    }

    /// Has frames, which `body` appends to those of the stream, wait for the stream's turn.
    private mutating func wait(_ stream: UInt32, _ body: (inout [UInt8]) -> Void) {
        let isNew = !self.streams.contains(stream)
        if isNew { self.streams[stream] = StreamFrames() }
        let added = self.streams.change(stream) { waiting in
            let before = waiting.bytes.count
            body(&waiting.bytes)
            return waiting.bytes.count - before
        }
        self.bytes += added ?? 0
        guard isNew else { return }
        if added == 0 {
            self.streams.removeValue(forKey: stream)
        } else {
            self.turns.append(stream)
        }
    }

    /// One frame, without an array of its own where that is possible.
    mutating func append(
        _ type: FrameType, _ flags: FrameFlags, stream: UInt32, header: [UInt8] = [], body: [UInt8]
    ) {
        let count = FrameHead.byteCount + header.count + body.count
        guard self.turns.isEmpty, self.ready.count + count <= Self.readyBytesMax else {
            return self.wait(stream) {
                Frame.append(type, flags, stream: stream, header: header, body: body, to: &$0)
            }
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
        let room = Int(min(peer.frameBytesMax, peer.messageBytesMax))
        switch self.append(.message, [], stream: stream, upTo: room, encode) {
        case .whole(let count): return count
        case .larger(let message):
            if message.count <= Int(peer.messageBytesMax) {
                self.append(pieces: message, stream, peer)
            }
            return message.count
        }
    }

    /// A frame whose body is encoded in its place; nothing of it stays when it is above `room`.
    mutating func append(
        _ type: FrameType, _ flags: FrameFlags, stream: UInt32, upTo room: Int,
        _ encode: (inout [UInt8]) -> Void
    ) -> Frame.Written {
        var written = Frame.Written.whole(0)
        self.place(stream) {
            written = Frame.append(type, flags, stream: stream, upTo: room, to: &$0, encode)
        }
        return written
    }

    /// A REQUEST whose header block and message are encoded in their places.
    ///
    /// - Returns: false when it is not within the limits of one frame; nothing of it stays then.
    mutating func append(
        request stream: UInt32, _ peer: Limits, _ method: String, _ timeoutMicroseconds: UInt64,
        _ trace: TraceContext?, _ metadata: Metadata, _ encode: (inout [UInt8]) -> Void
    ) -> Bool {
        var isWhole = false
        self.place(stream) {
            isWhole = Frame.append(
                request: stream, within: peer, to: &$0, method, timeoutMicroseconds, trace,
                metadata, encode)
        }
        return isWhole
    }

    /// Has `body` append frames where they belong: right behind what is ready while nobody has to
    /// have a turn before them, else to those of the stream.
    private mutating func place(_ stream: UInt32, _ body: (inout [UInt8]) -> Void) {
        guard self.turns.isEmpty, self.ready.count + Self.usualMessageBytes <= Self.readyBytesMax
        else { return self.wait(stream, body) }
        if self.ready.isEmpty { self.ready.reserveCapacity(self.usualBytes) }
        let before = self.ready.count
        body(&self.ready)
        self.bytes += self.ready.count - before
    }

    private mutating func append(pieces message: [UInt8], _ stream: UInt32, _ peer: Limits) {
        self.append(
            Fragments.frames(
                .message, stream: stream, header: [], message: message, last: [],
                frameBytesMax: Int(peer.frameBytesMax)), stream: stream)
    }

    /// Room that a message needs to be encoded in place; a larger one makes `ready` longer, once.
    private static let usualMessageBytes = 1024

    /// Gives memory of busier times back.
    mutating func trim() {
        self.streams.trim()
        // A message that was too large for a frame may have left all of its room here.
        if self.isEmpty { self.ready = [] }
    }

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
        self.bytes -= waiting.count
        return waiting.nextType == FrameType.request.rawValue
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
        while buffer.count < limit, let stream = self.turns.popFirst() {
            self.takeOne(stream, into: &buffer)
        }
        self.bytes -= buffer.count
        return buffer
    }

    private mutating func takeOne(_ stream: UInt32, into buffer: inout [UInt8]) {
        let isDone = self.streams.change(stream) { waiting in
            waiting.takeFrame(into: &buffer)
            return waiting.count == 0
        }
        switch isDone {
        case nil: break
        case true?: self.streams.removeValue(forKey: stream)
        case false?: self.turns.append(stream)
        }
    }
}

extension Frame {
    /// What became of a message that was to be one frame.
    enum Written {
        /// It stands there, with so many bytes of its own.
        case whole(Int)
        /// It is larger than a frame may be, and nothing of it stands there.
        case larger([UInt8])
    }

    /// Appends a frame to others, its body encoded in its place.
    static func append(
        _ type: FrameType, _ flags: FrameFlags, stream: UInt32, upTo room: Int,
        to bytes: inout [UInt8], _ encode: (inout [UInt8]) -> Void
    ) -> Written {
        let start = bytes.count
        FrameHead(length: 0, type: type.rawValue, flags: flags, headerLength: 0, stream: stream)
            .append(to: &bytes)
        let bodyStart = bytes.count
        encode(&bytes)
        let count = bytes.count - bodyStart
        guard count <= room else {
            let message = Array(bytes[bodyStart...])
            bytes.removeLast(bytes.count - start)
            return .larger(message)
        }
        FrameHead.setLength(UInt32(count), in: &bytes, at: start)
        return .whole(count)
    }

    /// Appends a whole request to other frames, its header block and its message encoded in their
    /// places.
    ///
    /// - Returns: false when the receiver does not take it so; nothing of it stands there then.
    static func append(
        request stream: UInt32, within limits: Limits, to bytes: inout [UInt8], _ method: String,
        _ timeoutMicroseconds: UInt64, _ trace: TraceContext?, _ metadata: Metadata,
        _ encode: (inout [UInt8]) -> Void
    ) -> Bool {
        let start = bytes.count
        FrameHead(
            length: 0, type: FrameType.request.rawValue, flags: .end, headerLength: 0,
            stream: stream
        ).append(to: &bytes)
        let headerStart = bytes.count
        CallHeader.encode(method, timeoutMicroseconds, trace, metadata, into: &bytes)
        let bodyStart = bytes.count
        encode(&bytes)
        let (headerBytes, bodyBytes) = (bodyStart - headerStart, bytes.count - bodyStart)
        guard headerBytes <= Int(limits.headerBytesMax), bodyBytes <= Int(limits.messageBytesMax),
            headerBytes + bodyBytes <= Int(limits.frameBytesMax)
        else {
            bytes.removeLast(bytes.count - start)
            return false
        }
        FrameHead.setLength(UInt32(headerBytes + bodyBytes), in: &bytes, at: start)
        FrameHead.setHeaderLength(UInt16(headerBytes), in: &bytes, at: start)
        return true
    }
}
