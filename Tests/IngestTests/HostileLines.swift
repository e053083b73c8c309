/// Writes events in every way that JSON allows: members in any order, spaces, escapes where none
/// are needed, members of the same names at other depths, people without a name, values of other
/// kinds than expected, copies, and payloads of many kibibytes.
struct HostileLines {
    static let repositories: [Int64] = [1, 42, 4_000_000_000_123]
    private static let names = ["o/n", "日本/é", "a\u{301}\n/🦀", "\u{7f}/\"\\", "o/\u{2028}"]
    private static let logins = [
        "ann", "a\u{301}\n🦀\\\"", "{\"login\":\"no\"}", String(repeating: "x", count: 39), "é",
    ]
    private static let decoys = [
        "\"id\":5", "\"login\":\"no\"", "\"action\":\"opened\"", "\"size\":9", "\"number\":7",
        "\"merged\":true", "\"type\":\"PushEvent\"", "\"repo\":{\"id\":1}", "\"name\":\"no/no\"",
        "\"created_at\":\"2020-01-01T00:00:00Z\"", "\"pull_request\":{\"number\":1}",
    ]

    private var state: UInt64
    private let day: String
    private var last = ""

    init(seed: UInt64, day: String) {
        (state, self.day) = (seed, day)
    }

    /// A number below a bound (Knuth's generator).
    private mutating func below(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % bound
    }

    private mutating func one<Element>(of elements: [Element]) -> Element {
        elements[below(elements.count)]
    }

    /// The next line; now and then the one before once more.
    mutating func line() -> String {
        if below(20) == 0, !last.isEmpty { return last }
        let type = one(of: ["PushEvent", "PullRequestEvent", "IssuesEvent", "IssueCommentEvent"])
        let time = "\(day)T00:\(10 + below(50)):\(10 + below(50))Z"
        let repository = below(Self.repositories.count)
        last = object([
            ("id", text("\(38_000_000_000 + below(900))")), ("type", text(type)),
            ("actor", actor()),
            (
                "repo",
                object([
                    ("id", "\(Self.repositories[repository])"),
                    ("name", text(one(of: Self.names))), aside(),
                ])
            ),
            ("payload", payload(type)), ("public", "true"), ("created_at", text(time)), aside(),
        ])
        return last
    }

    /// A login always goes with the same number: which of two is newer is no matter here.
    private mutating func actor() -> String {
        let person = below(Self.logins.count)
        switch below(12) {
        case 0: return "null"
        case 1: return "[]"
        case _:
            return object([
                ("id", "\(100 + person)"), ("login", text(Self.logins[person])), aside(),
            ])
        }
    }

    private mutating func payload(_ type: String) -> String {
        let action = text(one(of: ["opened", "closed", "created", "merge", "Opened"]))
        let size = one(of: ["0", "3", "-4", "2.5", "null", "\"7\"", "[8]"])
        switch type {
        case "PushEvent": return object([("size", size), ("distinct_size", size), aside(), bulk()])
        case "PullRequestEvent":
            return object([
                ("action", action), ("pull_request", pull()), aside(), bulk(),
            ])
        case _: return object([("action", action), aside(), bulk()])
        }
    }

    private mutating func pull() -> String {
        let author = below(Self.logins.count)
        return object([
            ("number", "\(1 + below(50))"),
            ("merged", one(of: ["true", "false", "null", "\"true\""])),
            (
                "user",
                object([
                    ("id", "\(100 + author)"), ("login", text(Self.logins[author])), aside(),
                ])
            ), aside(),
        ])
    }

    /// Something that looks as if it mattered, a level deeper.
    private mutating func aside() -> (String, String) {
        let inside = (0..<below(4)).map { _ in one(of: Self.decoys) }
        let list = inside.map { "{\($0)}" }.joined(separator: ",")
        return ("x\(below(1000))", one(of: ["[\(list)]", "{\"y\":[\(list)]}"]))
    }

    private mutating func bulk() -> (String, String) {
        let length = below(100) == 0 ? 200_000 : below(2000)
        return ("bulk", "\"\(String(repeating: "\\\\\\\"{}", count: length / 6))\"")
    }

    /// Members in any order, with white space here and there.
    private mutating func object(_ members: [(String, String)]) -> String {
        var members = members
        for place in members.indices.reversed() { members.swapAt(place, below(place + 1)) }
        let space = one(of: ["", "", "", " ", "\t", "\r"])
        return "{"
            + members.map { key, value in "\(space)\(text(key))\(space):\(space)\(value)\(space)" }
            .joined(separator: ",") + "}"
    }

    /// A string, with some letters as escapes.
    private mutating func text(_ text: String) -> String {
        let escapes = below(3) == 0
        var result = "\""
        for scalar in text.unicodeScalars {
            let must = scalar.value < 0x20 || scalar == "\"" || scalar == "\\"
            if must || (escapes && below(3) == 0) {
                for unit in String(scalar).utf16 { result += "\\u" + Self.hex(unit) }
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    private static func hex(_ unit: UInt16) -> String {
        let digits = String(unit, radix: 16)
        return String(repeating: "0", count: 4 - digits.count) + digits
    }
}
