/// Whole messages of one stream that lie one behind the other in the bytes that arrived.
///
/// A stream of small messages fills a read with hundreds of them: looked up, counted and copied as
/// one, a message costs what its head takes to read.
struct FrameRun {
    let stream: UInt32
    /// The frames, with their heads.
    let bytes: UnsafeRawBufferPointer
    let count: Int
    /// Bytes of the last message.
    let lastBytes: Int

    /// Bytes of all the messages.
    var messageBytes: Int { self.bytes.count - self.count * FrameHead.byteCount }
    /// What the messages cost.
    var credit: Int { self.messageBytes + self.count * Limits.messageOverhead }
    /// What those cost that come before the last one.
    var creditBeforeLast: Int { self.credit - self.lastBytes - Limits.messageOverhead }
}

/// Messages of one stream, in one array, to be taken one by one.
public struct MessageRun: Sendable {
    /// The memory of all; `removeFirst` says where a message is.
    public private(set) var bytes: [UInt8] = []
    /// Messages that are left.
    public private(set) var count = 0
    private var position = 0
    /// Whether each message has the head of its frame before it.
    private var hasHeads = false

    /// A run without messages; it holds no memory.
    public init() {}

    /// A single message.
    public init(_ message: [UInt8]) {
        self.bytes = message
        self.count = 1
    }

    init(_ run: FrameRun) {
        self.bytes = Array(run.bytes)
        self.count = run.count
        self.hasHeads = true
    }

    /// Whether no message is left.
    public var isEmpty: Bool { self.count == 0 }

    /// Takes the first message; there must be one.
    ///
    /// - Returns: where it is in `bytes`.
    public mutating func removeFirst() -> Range<Int> {
        precondition(self.count > 0, "no message is left")
        self.count -= 1
        guard self.hasHeads else { return 0..<self.bytes.count }
        let start = self.position + FrameHead.byteCount
        let length = self.bytes.withUnsafeBytes {
            $0.loadUnaligned(fromByteOffset: self.position, as: UInt32.self).bigEndian
        }
        self.position = start + Int(length)
        return start..<self.position
    }
}

extension MessageRun: Sequence, IteratorProtocol {
    /// The first message, for those who want it apart.
    public mutating func next() -> ArraySlice<UInt8>? {
        self.isEmpty ? nil : self.bytes[self.removeFirst()]
    }
}
