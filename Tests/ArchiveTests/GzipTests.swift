import Archive
import Testing

@Suite struct GzipTests {
    /// The lines of the text, joined again; a newline at its end is not told apart from none.
    private func inflate(_ pieces: [[UInt8]]) throws -> [UInt8] {
        let (reader, splitter) = (GzipReader(), LineSplitter(padding: 0))
        var lines: [ArraySlice<UInt8>] = []
        func take(_ buffer: UnsafeRawBufferPointer, _ line: Range<Int>) {
            lines.append(Array(buffer[line])[...])
        }
        for piece in pieces {
            try piece.withUnsafeBytes { try reader.inflate($0, into: splitter, take) }
        }
        try reader.finish()
        splitter.finish(take)
        return Array(lines.joined(separator: [10]))
    }

    private static let text = Array(
        String(repeating: "the quick brown fox 0123456789 ", count: 200).utf8)
    /// `printf 'hello\n' | gzip -n`, from another program.
    private static let foreign: [UInt8] = [
        0x1F, 0x8B, 0x08, 0, 0, 0, 0, 0, 0, 0x03, 0xCB, 0x48, 0xCD, 0xC9, 0xC9, 0xE7, 0x02, 0,
        0x20, 0x30, 0x3A, 0x36, 0x06, 0, 0, 0,
    ]

    @Test func `another program's gzip is read`() throws {
        #expect(try self.inflate([Self.foreign]) == Array("hello".utf8))
    }

    @Test(arguments: [Int32(1), 6, 9])
    func `what is written is read again`(level: Int32) throws {
        let packed = GzipWriter.compress(Self.text, level: level)
        #expect(packed.count < Self.text.count / 10)
        #expect(try self.inflate([packed]) == Self.text)
    }

    @Test func `nothing is a text, too`() throws {
        #expect(try self.inflate([GzipWriter.compress([])]) == [])
    }

    @Test func `a stream may come in pieces of any size`() throws {
        let packed = GzipWriter.compress(Array(Self.text.prefix(300)))
        for cut in 1..<packed.count {
            let pieces = [Array(packed[..<cut]), Array(packed[cut...])]
            #expect(try self.inflate(pieces) == Array(Self.text.prefix(300)))
        }
        #expect(try self.inflate(packed.map { [$0] }) == Array(Self.text.prefix(300)))
    }

    @Test func `SRC several members in a row are one text`() throws {
        let packed = Self.foreign + GzipWriter.compress(Self.text) + Self.foreign
        let hello = Array("hello\n".utf8)
        #expect(try self.inflate([packed]) == hello + Self.text + hello.dropLast())
    }

    @Test(arguments: [65_535, 65_536, 65_537, 1_000_000])
    func `a text longer than the room that is lent comes out whole`(count: Int) throws {
        let text = (0..<count).map { UInt8(48 + $0 * $0 % 61) }
        #expect(try self.inflate([GzipWriter.compress(text)]) == text)
    }

    @Test func `zeros behind the last member are padding`() throws {
        #expect(
            try self.inflate([Self.foreign + [UInt8](repeating: 0, count: 100)])
                == Array("hello".utf8))
    }

    @Test func `SRC a stream cut at any byte is truncated`() {
        for end in 0..<Self.foreign.count {
            #expect(throws: GzipReader.Fault.truncated) {
                try self.inflate([Array(Self.foreign[..<end])])
            }
        }
    }

    @Test func `SRC a wrong checksum is corrupt`() {
        var packed = Self.foreign
        packed[20] ^= 1
        #expect(throws: GzipReader.Fault.corrupt) { try self.inflate([packed]) }
    }

    @Test(arguments: ["<html>", "PK\u{3}\u{4}zip", "{\"id\":1}"])
    func `SRC what is no gzip is corrupt`(text: String) {
        #expect(throws: GzipReader.Fault.corrupt) {
            try self.inflate([Array((text + String(repeating: "x", count: 40)).utf8)])
        }
    }

    @Test func `an error of the reader of the text ends the inflation`() {
        struct Enough: Error {}
        let packed = GzipWriter.compress(Array("one\ntwo\n".utf8))
        let (reader, splitter) = (GzipReader(), LineSplitter(padding: 0))
        #expect(throws: Enough.self) {
            try packed.withUnsafeBytes { input in
                try reader.inflate(input, into: splitter) { _, _ in throw Enough() }
            }
        }
    }
}
