import Archive
import Testing

@Suite struct GzipTests {
    private func inflate(_ pieces: [[UInt8]], room: Int = 64) throws -> [UInt8] {
        let reader = GzipReader()
        var output = [UInt8](repeating: 0, count: room)
        var text: [UInt8] = []
        for piece in pieces {
            try output.withUnsafeMutableBytes { buffer in
                try piece.withUnsafeBytes { input in
                    try reader.inflate(input, into: buffer) { text += Array($0) }
                }
            }
        }
        try reader.finish()
        return text
    }

    private static let text = Array(
        String(repeating: "the quick brown fox 0123456789 ", count: 200).utf8)
    /// `printf 'hello\n' | gzip -n`, from another program.
    private static let foreign: [UInt8] = [
        0x1F, 0x8B, 0x08, 0, 0, 0, 0, 0, 0, 0x03, 0xCB, 0x48, 0xCD, 0xC9, 0xC9, 0xE7, 0x02, 0,
        0x20, 0x30, 0x3A, 0x36, 0x06, 0, 0, 0,
    ]

    @Test func `another program's gzip is read`() throws {
        #expect(try self.inflate([Self.foreign]) == Array("hello\n".utf8))
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

    @Test(arguments: [1, 7, 4096])
    func `SRC several members in a row are one text`(room: Int) throws {
        let packed = Self.foreign + GzipWriter.compress(Self.text) + Self.foreign
        let hello = Array("hello\n".utf8)
        #expect(try self.inflate([packed], room: room) == hello + Self.text + hello)
    }

    @Test func `zeros behind the last member are padding`() throws {
        #expect(
            try self.inflate([Self.foreign + [UInt8](repeating: 0, count: 100)])
                == Array("hello\n".utf8))
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
        let packed = GzipWriter.compress(Self.text)
        let reader = GzipReader()
        var output = [UInt8](repeating: 0, count: 16)
        #expect(throws: Enough.self) {
            try output.withUnsafeMutableBytes { buffer in
                try packed.withUnsafeBytes { input in
                    try reader.inflate(input, into: buffer) { _ in throw Enough() }
                }
            }
        }
    }
}
