import Foundation
import JSON
import Testing

@Suite struct JSONReaderTests {
    private func code(_ text: String) -> JSONError.Code? {
        do throws(JSONError) {
            _ = try JSONReader.read(text)
            return nil
        } catch { return error.code }
    }

    @Test func `every kind of value is read`() throws {
        let value = try JSONReader.read(
            #"{"a":null,"b":[true,false],"c":-7,"d":18446744073709551615,"e":1.5,"f":"x"}"#)
        #expect(value.keys == ["a", "b", "c", "d", "e", "f"])
        #expect(value["a"] == .null)
        #expect(value["b"] == .array([.bool(true), .bool(false)]))
        #expect(value["c"]?.int == -7)
        #expect(value["d"] == .uint(.max))
        #expect(value["e"] == .double(1.5))
        #expect(value["f"]?.string == "x")
        #expect(value["g"] == nil)
    }

    @Test(arguments: [
        (#""\u00e9\n\"\\\/\ud83e\udd80""#, "é\n\"\\/🦀"),
        (#""""#, ""), (#""\u0000x""#, "\u{0}x"),
    ])
    func `escapes become what they stand for`(text: String, value: String) throws {
        #expect(try JSONReader.read(text).string == value)
    }

    @Test(arguments: [
        "", " ", "{", "[1,]", "{\"a\":1,}", "{a:1}", "'x'", "01", "1e400", "-", "nul", "[1 2]",
        "{\"a\" 1}", "\"\u{1}\"", "\"\\x\"", "1 2", "{} {}", "NaN", "\"open",
    ])
    func `BAD-05 what is no JSON is refused`(text: String) {
        #expect(self.code(text) == .malformed)
    }

    @Test func `BAD-05 bytes that are no UTF-8 are refused`() {
        #expect(throws: JSONError.self) {
            try JSONReader.read([34, 0xC3, 0x28, 34])
        }
    }

    @Test(arguments: [
        #"{"a":1,"a":2}"#, #"[{"x":{"k":1,"j":2,"k":3}}]"#, #"{"\u0061":1,"a":2}"#,
    ])
    func `BAD-05 a key that stands twice is refused`(text: String) {
        #expect(self.code(text) == .duplicateKey)
    }

    @Test func `the same key in two objects is fine`() {
        #expect(self.code(#"[{"a":1},{"a":2}]"#) == nil)
    }

    @Test(arguments: ["[", "{\"a\":"])
    func `BAD-05 nesting is taken to the limit and no level further`(open: String) {
        let close = open == "[" ? "]" : "}"
        func nested(_ depth: Int) -> String {
            String(repeating: open, count: depth) + "1" + String(repeating: close, count: depth)
        }
        #expect(self.code(nested(JSONReader.depthMax - 1)) == nil)
        #expect(self.code(nested(JSONReader.depthMax + 1)) == .tooDeep)
        #expect(self.code(nested(100_000)) == .tooDeep)
    }

    @Test func `whole numbers keep all digits, others become the nearest double`() throws {
        let value = try JSONReader.read("[9223372036854775807,-9223372036854775808,0.1,1e3]")
        #expect(value.array == [.int(.max), .int(.min), .double(0.1), .double(1000)])
    }

    @Test func `a text of another writer is read as that writer meant it`() throws {
        let object: [String: Any] = [
            "list": [1, 2, 3], "text": "Grüße \u{2028}", "deep": ["k": []],
        ]
        let data = try JSONSerialization.data(withJSONObject: object)
        let value = try JSONReader.read(Array(data))
        #expect(value["list"]?.array?.compactMap(\.int) == [1, 2, 3])
        #expect(value["text"]?.string == "Grüße \u{2028}")
        #expect(value["deep"]?["k"]?.array == [])
    }

    @Test func `a text cut at any byte is refused, never read as less`() {
        let text = Array(#"{"a":[1,{"b":"cé"}],"d":true}"#.utf8)
        for end in 0..<text.count {
            #expect(throws: JSONError.self) { try JSONReader.read(Array(text[..<end])) }
        }
    }
}
