import RPCCore
import Testing

@testable import Scoring

/// Formulas as people write them.
@Suite struct FormulaDocumentTests {
    private static let counters = [
        "commits", "prs_opened", "prs_merged", "prs_reviewed", "issues_opened", "issues_closed",
        "comments", "releases", "lines_added", "lines_deleted",
    ]

    /// A good document with one member or weight in place of its own.
    static func text(
        name: String = "\"fair\"", version: String = "2", cap: String = "1000",
        weight: (String, String)? = nil, more: String = ""
    ) -> String {
        let weights = self.counters.map { counter in
            "\"\(counter)\":\(weight?.0 == counter ? weight?.1 ?? "1" : "1.5")"
        }
        return """
            {"name":\(name),"version":\(version),"weights":{\(weights.joined(separator: ","))},\
            "cap":\(cap)\(more)}
            """
    }

    private static func message(_ text: String) -> String? {
        do throws(RPCError) {
            _ = try FormulaDocument(text)
            return nil
        } catch {
            #expect(error.code == .invalidArgument)
            return error.message
        }
    }

    @Test func `points become thousandths, exactly`() throws {
        let document = try FormulaDocument(Self.text(cap: "0.005", weight: ("releases", "1000000")))
        #expect(document.name == "fair")
        #expect(document.version == 2)
        #expect(
            document.weights == [
                1500, 1500, 1500, 1500, 1500, 1500, 1500, 1_000_000_000, 1500, 1500,
            ])
        #expect(document.cap == 5)
        for (text, value) in [("0.001", 1), ("4.35", 4350), ("999999.999", 999_999_999), ("0", 0)] {
            let document = try FormulaDocument(Self.text(weight: ("commits", text)))
            #expect(document.weights[0] == value)
        }
        #expect(try FormulaDocument(Self.text(version: "null")).version == nil)
    }

    @Test(arguments: [
        ("-1", "weights.commits"), ("-0.001", "weights.commits"), ("NaN", "document"),
        ("\"NaN\"", "weights.commits"), ("0.0005", "weights.commits"),
        ("1.2345", "weights.commits"),
        ("1000000000000", "weights.commits"), ("1000000.001", "weights.commits"),
        ("1000001", "weights.commits"), ("1e400", "document"), ("1e30", "weights.commits"),
        ("null", "weights.commits"), ("true", "weights.commits"), ("[]", "weights.commits"),
        ("18446744073709551615", "weights.commits"), ("99999999999999999999999", "weights.commits"),
    ])
    func `BAD-13 a weight that is none is refused by its place`(weight: String, place: String) {
        let message = Self.message(Self.text(weight: ("commits", weight))) ?? "taken"
        #expect(message.hasPrefix(place) || message.hasPrefix("document"), "\(message)")
    }

    @Test(arguments: [
        "\"a/b\"", "\"\"", "\"a b\"", "\"ä\"", "5", "null",
        "\"" + String(repeating: "n", count: 41) + "\"",
    ])
    func `BAD-13 a name that cannot stand in an address is refused`(name: String) {
        #expect(Self.message(Self.text(name: name))?.hasPrefix("name") == true)
    }

    @Test func `a name of the longest length is taken`() {
        let name = "\"" + String(repeating: "n", count: 40) + "\""
        #expect(Self.message(Self.text(name: name)) == nil)
    }

    @Test(arguments: ["0", "-1", "1000001", "1.5", "\"2\""])
    func `BAD-13 a version that is none is refused`(version: String) {
        #expect(Self.message(Self.text(version: version))?.hasPrefix("version") == true)
    }

    @Test(arguments: ["-1", "1000000001", "0.0001", "1000000000000"])
    func `BAD-13 a cap that is none is refused`(cap: String) {
        #expect(Self.message(Self.text(cap: cap))?.hasPrefix("cap") == true)
    }

    @Test func `BAD-13 unknown and missing keys are named`() {
        #expect(Self.message(Self.text(more: ",\"colour\":1"))?.hasPrefix("colour") == true)
        #expect(Self.message("{\"name\":\"a\"}")?.hasPrefix("weights") == true)
        #expect(Self.message("[]")?.hasPrefix("document") == true)
        #expect(Self.message("")?.hasPrefix("document") == true)
        #expect(
            Self.message(Self.text(more: ",\"cap\":1"))?.hasPrefix("document") == true,
            "a key that stands twice")
        let odd = Self.text().replacing("\"commits\"", with: "\"commit\"")
        #expect(Self.message(odd)?.hasPrefix("weights.commit") == true)
        let short = Self.text().replacing("\"releases\":1.5,", with: "")
        #expect(Self.message(short) == "weights.releases: missing")
    }

    @Test func `BAD-02 a document is taken up to its limit`() {
        let base = Self.text()
        let room = FormulaDocument.bytesMax - base.utf8.count
        #expect(Self.message(base + String(repeating: " ", count: room)) == nil)
        #expect(
            Self.message(base + String(repeating: " ", count: room + 1))?.hasPrefix("document")
                == true)
    }

    @Test(arguments: ["a/", "/1", "a/0", "a/-1", "a/1/2", "a/+1", "a b", "a/99999999999"])
    func `BAD-06 a formula that is named wrongly is refused`(text: String) {
        #expect(throws: RPCError.self) { try FormulaReference(text) }
    }

    @Test func `a formula is named by itself, or with its version`() throws {
        #expect(try FormulaReference("") == .active)
        #expect(try FormulaReference("fair") == .newest("fair"))
        #expect(try FormulaReference("fair/2") == .exact("fair", 2))
    }
}
