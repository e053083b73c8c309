private import Glibc

/// Cuts a text that arrives in pieces into lines, in a buffer with room behind each line for a
/// reader that looks ahead.
public final class LineSplitter {
    /// Takes the buffer, and where the line stands in it, without its newline.
    public typealias Body = (UnsafeRawBufferPointer, Range<Int>) throws -> Void

    /// Longest line that is kept; GitHub's largest payloads are a tenth of it.
    public static let lineBytesMax = 32 << 20
    /// Room that is lent at a time: what was just written is still in the nearest cache when it is
    /// looked through (64 KiB: a tenth faster than 256).
    private static let pieceBytes = 64 << 10

    private var storage: UnsafeMutableRawBufferPointer
    private var end = 0
    private let padding: Int
    private let lineMax: Int
    private var isSkipping = false
    /// Lines longer than allowed, left out so far.
    public private(set) var linesSkipped: UInt64 = 0

    /// A splitter.
    ///
    /// - Parameter padding: bytes that must be readable behind a line.
    public init(padding: Int, lineMax: Int = lineBytesMax) {
        self.padding = padding
        self.lineMax = lineMax
        self.storage = .allocate(byteCount: Self.pieceBytes * 4, alignment: 64)
        self.storage.initializeMemory(as: UInt8.self, repeating: 0)
    }

    deinit { self.storage.deallocate() }

    /// Lends room for the next piece of the text; hands over the lines that it completes.
    ///
    /// - Parameters:
    ///   - write: fills the room from its start, and says with how many bytes.
    ///   - body: takes a line; empty lines are left out.
    public func fill(
        _ write: (UnsafeMutableRawBufferPointer) throws -> Int, _ body: Body
    ) rethrows {
        self.reserve(self.end + Self.pieceBytes)
        let room = self.storage[self.end..<self.end + Self.pieceBytes]
        let count = try write(UnsafeMutableRawBufferPointer(rebasing: room))
        try self.cut(from: self.end, to: self.end + count, body)
    }

    /// The last line, which has no newline.
    public func finish(_ body: Body) rethrows {
        try self.hand(0..<self.end, body)
        self.end = 0
    }

    /// Hands over the lines that end between `searched` and `end`; keeps the rest.
    private func cut(from searched: Int, to end: Int, _ body: Body) rethrows {
        self.end = end
        // Nothing of `self` is touched for a common line: it is all in these.
        let buffer = UnsafeRawBufferPointer(self.storage)
        guard let base = buffer.baseAddress else { return }
        var (start, position) = (0, searched)
        while position < end, let found = memchr(base + position, 10, end - position) {
            let newline = UnsafeRawPointer(found) - base
            if start == 0 || newline - start > self.lineMax {
                try self.hand(start..<newline, body)
            } else if newline > start {
                try body(buffer, start..<newline)
            }
            start = newline + 1
            position = start
        }
        self.keep(from: start)
    }

    private func hand(_ line: Range<Int>, _ body: Body) rethrows {
        if self.isSkipping || line.count > self.lineMax {
            self.isSkipping = false
            self.linesSkipped += 1
            return
        }
        if !line.isEmpty { try body(UnsafeRawBufferPointer(self.storage), line) }
    }

    /// Moves the unfinished line to the front; one that is too long is dropped as it comes.
    private func keep(from start: Int) {
        let rest = self.end - start
        if rest > self.lineMax {
            self.isSkipping = true
            self.end = 0
            return
        }
        if start > 0, rest > 0, let base = self.storage.baseAddress {
            memmove(base, base + start, rest)
        }
        self.end = rest
    }

    private func reserve(_ count: Int) {
        guard count + self.padding > self.storage.count else { return }
        let size = max(self.storage.count * 2, count + self.padding)
        let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 64)
        larger.initializeMemory(as: UInt8.self, repeating: 0)
        larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: self.storage[..<self.end]))
        self.storage.deallocate()
        self.storage = larger
    }
}
