import Foundation
import ServiceKit
import Testing

@Suite struct JSONWriterTests {
    @Test func `objects and lists nest with commas where they belong`() {
        var writer = JSONWriter()
        writer.object { object in
            object.member("a", 1)
            object.member(
                "b",
                list: { list in
                    list.value("x")
                    list.value(nil as String?)
                    list.object { _ in }
                })
            object.object("c") { $0.member("d", true) }
            object.member("e", list: { _ in })
        }
        #expect(writer.text == #"{"a":1,"b":["x",null,{}],"c":{"d":true},"e":[]}"#)
    }

    @Test(arguments: [
        "plain", "quote \" and \\ slash", "line\nfeed\r\ttab", "\u{0}\u{1}\u{1f}\u{7f}",
        "Grüße 日本 🦀 \u{202E}rtl", "</script>", "",
    ])
    func `BAD-08 any text comes back from another reader as it was`(text: String) throws {
        var writer = JSONWriter()
        writer.object { $0.member("text", text) }
        let parsed = try JSONSerialization.jsonObject(with: Data(writer.bytes)) as? [String: String]
        #expect(parsed?["text"] == text)
    }

    @Test(
        arguments: [
            (0, "0"), (1, "0.001"), (10, "0.01"), (100, "0.1"), (1000, "1"),
            (1_234_567, "1234.567"),
            (10_050, "10.05"), (-1, "-0.001"), (-1500, "-1.5"), (Int64.max, "9223372036854775.807"),
            (Int64.min, "-9223372036854775.808"),
        ] as [(Int64, String)])
    func `thousandths are written exactly`(value: Int64, text: String) {
        #expect(JSONWriter.decimal(thousandths: value) == text)
    }

    @Test(
        arguments: [
            (0.0, "0"), (1.0, "1"), (0.5, "0.5"), (-2.25, "-2.25"), (1e15, "1000000000000000.0"),
            (.infinity, "null"), (.nan, "null"),
        ] as [(Double, String)])
    func `a number that JSON cannot hold becomes null`(value: Double, text: String) {
        var writer = JSONWriter()
        writer.value(value)
        #expect(writer.text == text)
    }

    @Test func `large whole numbers keep every digit`() {
        var writer = JSONWriter()
        writer.list { list in
            list.value(Int64.max)
            list.value(UInt64.max)
            list.value(Int64.min)
        }
        #expect(
            writer.text == "[9223372036854775807,18446744073709551615,-9223372036854775808]")
    }
}
