/// Cuts a byte stream into frames, resumable at any byte.
///
/// Checks all that needs no state of a call: lengths before anything is allocated, types, flags,
/// stream numbers. Unknown ignorable frames are reported as such.
struct FrameReader {
    enum Step {
        /// A known frame.
        case frame(Frame)
        /// A frame of an ignorable extension, skipped.
        case ignored(UInt8)
    }

    /// Largest payload accepted; from the own limits.
    let frameBytesMax: UInt32
    let headerBytesMax: UInt32
    /// The start of a frame whose rest has not arrived.
    private var rest: [UInt8] = []

    /// Unfinished bytes held.
    var heldBytes: Int { self.rest.count }

    init(limits: Limits) {
        self.frameBytesMax = limits.frameBytesMax
        self.headerBytesMax = limits.headerBytesMax
    }

    /// Hands each whole frame in `bytes` to `body`, in order, and keeps the unfinished rest.
    ///
    /// - Parameter takesRun: is asked before, where whole messages of one stream follow each other;
    ///   those that it does not take go to `body` one by one.
    mutating func read(
        _ bytes: UnsafeRawBufferPointer, takesRun: (FrameRun) -> Bool = { _ in false },
        _ body: (Step) throws(ConnectionFault) -> Void
    ) throws(ConnectionFault) {
        var bytes = bytes
        if !self.rest.isEmpty {
            // Only what the unfinished frame lacks is copied; what follows is read where it lies.
            let taken = try self.complete(from: bytes, body)
            bytes = UnsafeRawBufferPointer(rebasing: bytes[taken...])
            guard self.rest.isEmpty else { return }
        }
        let used = try self.frames(in: bytes, takesRun, body)
        if used < bytes.count { self.rest.append(contentsOf: bytes[used...]) }
    }

    /// Takes what the unfinished frame lacks, and hands it on when it is whole.
    ///
    /// - Returns: the bytes taken.
    private mutating func complete(
        from bytes: UnsafeRawBufferPointer, _ body: (Step) throws(ConnectionFault) -> Void
    ) throws(ConnectionFault) -> Int {
        var taken = min(bytes.count, max(0, FrameHead.byteCount - self.rest.count))
        self.rest.append(contentsOf: bytes[..<taken])
        guard self.rest.count >= FrameHead.byteCount else { return taken }
        let head = self.rest.withUnsafeBytes { FrameHead($0) }
        let type = try self.check(head)
        let lacking = FrameHead.byteCount + Int(head.length) - self.rest.count
        let more = min(bytes.count - taken, lacking)
        self.rest.append(contentsOf: bytes[taken..<taken + more])
        taken += more
        guard more == lacking else { return taken }
        let whole = self.rest
        self.rest = []
        let outcome = whole.withUnsafeBytes { raw -> Result<Void, ConnectionFault> in
            let payload = UnsafeRawBufferPointer(rebasing: raw[FrameHead.byteCount...])
            do throws(ConnectionFault) {
                return .success(try body(self.step(head, type, payload)))
            } catch {
                return .failure(error)
            }
        }
        try outcome.get()
        return taken
    }

    /// The bytes used by whole frames.
    private func frames(
        in bytes: UnsafeRawBufferPointer, _ takesRun: (FrameRun) -> Bool,
        _ body: (Step) throws(ConnectionFault) -> Void
    ) throws(ConnectionFault) -> Int {
        var position = 0
        var refused = 0
        while bytes.count - position >= FrameHead.byteCount {
            let head = FrameHead(UnsafeRawBufferPointer(rebasing: bytes[position...]))
            let type = try self.check(head)
            let start = position + FrameHead.byteCount
            let end = start + Int(head.length)
            guard end <= bytes.count else { break }
            if head.isWholeMessage, position >= refused {
                let run = self.run(head, in: bytes, from: position, firstEnd: end)
                refused = position + run.bytes.count
                if takesRun(run) {
                    position = refused
                    continue
                }
            }
            let payload = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
            try body(self.step(head, type, payload))
            position = end
        }
        return position
    }

    /// A run holds its memory until its last message is taken; it is not more than a read.
    private static let runBytesMax = 64 * 1024

    /// The message whose head is given, and those that follow it on its stream, whole as well.
    private func run(
        _ head: FrameHead, in bytes: UnsafeRawBufferPointer, from start: Int, firstEnd: Int
    ) -> FrameRun {
        // All of a head but its length.
        let kind = bytes.loadUnaligned(fromByteOffset: start + 4, as: UInt64.self)
        var (last, end, count) = (firstEnd - Int(head.length), firstEnd, 1)
        let most = min(bytes.count, start + Self.runBytesMax)
        while most - end >= FrameHead.byteCount,
            bytes.loadUnaligned(fromByteOffset: end + 4, as: UInt64.self) == kind
        {
            let length = bytes.loadUnaligned(fromByteOffset: end, as: UInt32.self).bigEndian
            let body = end + FrameHead.byteCount
            guard length <= self.frameBytesMax, Int(length) <= most - body else { break }
            (last, end, count) = (body, body + Int(length), count + 1)
        }
        return FrameRun(
            stream: head.stream, bytes: UnsafeRawBufferPointer(rebasing: bytes[start..<end]),
            count: count, lastBytes: end - last)
    }

    private func step(
        _ head: FrameHead, _ type: FrameType?, _ payload: UnsafeRawBufferPointer
    ) -> Step {
        guard let type else { return .ignored(head.type) }
        let split = Int(head.headerLength)
        return .frame(
            Frame(
                type: type, flags: head.flags, stream: head.stream,
                header: UnsafeRawBufferPointer(rebasing: payload[..<split]),
                body: UnsafeRawBufferPointer(rebasing: payload[split...])))
    }

    /// - Returns: the frame's type; nil for one that is to be ignored.
    private func check(_ head: FrameHead) throws(ConnectionFault) -> FrameType? {
        guard head.length <= self.frameBytesMax else {
            throw ConnectionFault(
                .frameSize, "frame of \(head.length) bytes; at most \(self.frameBytesMax)")
        }
        guard head.headerLength <= head.length, head.headerLength <= self.headerBytesMax else {
            throw ConnectionFault(
                .frameSize, "header block of \(head.headerLength) in \(head.length) bytes")
        }
        guard head.stream <= Limits.streamMax else {
            throw ConnectionFault(.protocolViolation, "the top bit of a stream id is reserved")
        }
        guard let type = FrameType(rawValue: head.type) else {
            if (0x10...0x7F).contains(head.type) { return nil }
            throw ConnectionFault(.protocolViolation, "unknown frame type \(head.type)")
        }
        try self.check(head, type)
        return type
    }

    private func check(_ head: FrameHead, _ type: FrameType) throws(ConnectionFault) {
        guard head.flags.isSubset(of: type.allowedFlags) else {
            throw ConnectionFault(.protocolViolation, "flags \(head.flags.rawValue) on \(type)")
        }
        guard type.isForConnection == (head.stream == 0) else {
            throw ConnectionFault(.protocolViolation, "\(type) on stream \(head.stream)")
        }
        guard type.hasHeader || head.headerLength == 0 else {
            throw ConnectionFault(.protocolViolation, "\(type) has no header block")
        }
        if type == .ping && head.length != 8 {
            throw ConnectionFault(.frameSize, "PING of \(head.length) bytes")
        }
        if type == .window && head.length != 4 {
            throw ConnectionFault(.frameSize, "WINDOW of \(head.length) bytes")
        }
    }
}
