import Archive
import Testing

@Suite struct LineSplitterTests {
    /// The lines of a text that comes in pieces of `size` bytes.
    private func lines(
        _ text: String, size: Int = 1000, lineMax: Int = 100
    ) -> (lines: [String], skipped: UInt64) {
        let splitter = LineSplitter(padding: 64, lineMax: lineMax)
        var lines: [String] = []
        func take(_ buffer: UnsafeRawBufferPointer, _ line: Range<Int>) {
            #expect(line.upperBound + 64 <= buffer.count)
            lines.append(String(decoding: buffer[line], as: UTF8.self))
        }
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: size) {
            let piece = bytes[start..<min(start + size, bytes.count)]
            splitter.fill(
                { room in
                    room.copyBytes(from: piece)
                    return piece.count
                }, take)
        }
        splitter.finish(take)
        return (lines, splitter.linesSkipped)
    }

    @Test(arguments: [1, 2, 3, 5, 1000])
    func `lines are the same however the text is cut`(size: Int) {
        let (lines, skipped) = self.lines("a\nbb\n\nccc\n\nlast", size: size)
        #expect(lines == ["a", "bb", "ccc", "last"])
        #expect(skipped == 0)
    }

    @Test func `a last line needs no newline and may have one`() {
        #expect(self.lines("a\nb").lines == ["a", "b"])
        #expect(self.lines("a\nb\n").lines == ["a", "b"])
        #expect(self.lines("").lines == [])
    }

    @Test(arguments: [1, 7, 1000])
    func `SRC a line at the limit is kept, one byte more is counted and left out`(size: Int) {
        let fits = String(repeating: "x", count: 100)
        let long = String(repeating: "y", count: 101)
        let (lines, skipped) = self.lines("a\n\(fits)\n\(long)\nb\n", size: size)
        #expect(lines == ["a", fits, "b"])
        #expect(skipped == 1)
    }

    @Test func `SRC an endless line is dropped as it comes`() {
        let (lines, skipped) = self.lines(
            "a\n" + String(repeating: "z", count: 100_000) + "\nb\n", size: 64)
        #expect(lines == ["a", "b"])
        #expect(skipped == 1)
    }

    @Test func `a line longer than the first buffer is kept whole`() {
        let long = String(repeating: "0123456789", count: 300_000)
        let (lines, _) = self.lines("a\n\(long)\nb", size: 60_001, lineMax: 10_000_000)
        #expect(lines.map(\.utf8.count) == [1, 3_000_000, 1])
        #expect(lines[1] == long)
    }
}
