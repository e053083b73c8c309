private import Glibc

/// Cuts a stream into lines, in a buffer with room behind each line for a reader that looks ahead.
public final class LineSplitter {
    /// Longest line that is kept; GitHub's largest payloads are a tenth of it.
    public static let lineBytesMax = 32 << 20

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
        self.storage = .allocate(byteCount: 1 << 20, alignment: 16)
        self.storage.initializeMemory(as: UInt8.self, repeating: 0)
    }

    deinit { self.storage.deallocate() }

    /// Takes a piece and hands over the lines it completes, without their newlines.
    ///
    /// - Parameter body: the buffer, and where the line stands in it; empty lines are left out.
    public func append(
        _ bytes: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer, Range<Int>) throws -> Void
    ) rethrows {
        self.reserve(self.end + bytes.count)
        UnsafeMutableRawBufferPointer(rebasing: self.storage[self.end...]).copyMemory(from: bytes)
        let searched = self.end
        self.end += bytes.count
        var start = 0
        var position = searched
        while let newline = self.newline(from: position) {
            try self.hand(start..<newline, body)
            start = newline + 1
            position = start
        }
        self.keep(from: start)
    }

    /// The last line, which has no newline.
    public func finish(_ body: (UnsafeRawBufferPointer, Range<Int>) throws -> Void) rethrows {
        try self.hand(0..<self.end, body)
        self.end = 0
    }

    private func newline(from position: Int) -> Int? {
        guard position < self.end, let base = self.storage.baseAddress,
            let found = memchr(base + position, 10, self.end - position)
        else { return nil }
        return UnsafeRawPointer(found) - UnsafeRawPointer(base)
    }

    private func hand(
        _ line: Range<Int>, _ body: (UnsafeRawBufferPointer, Range<Int>) throws -> Void
    ) rethrows {
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
        let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 16)
        larger.initializeMemory(as: UInt8.self, repeating: 0)
        larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: self.storage[..<self.end]))
        self.storage.deallocate()
        self.storage = larger
    }
}
