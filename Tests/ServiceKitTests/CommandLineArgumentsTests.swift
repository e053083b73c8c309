import ServiceKit
import Testing

@Suite struct CommandLineArgumentsTests {
    private func parse(_ line: String) throws -> CommandLineArguments {
        try CommandLineArguments(
            line.split(separator: " ").map(String.init), switches: ["--json", "-v"],
            options: ["--since", "-n"])
    }

    @Test func `words, flags and options are told apart`() throws {
        let arguments = try self.parse("a/b --json --since 2024-01-01 -n 3 c")
        #expect(arguments.words == ["a/b", "c"])
        #expect(arguments.has("--json"))
        #expect(!arguments.has("-v"))
        #expect(try arguments.day("--since") == CivilDay("2024-01-01"))
        #expect(try arguments.integer("-n", default: 10, in: 1...100) == 3)
    }

    @Test func `a value may be attached, and the last one counts`() throws {
        let arguments = try self.parse("--since=x --since=y=z")
        #expect(arguments.value("--since") == "y=z")
        #expect(arguments.all("--since") == ["x", "y=z"])
    }

    @Test func `behind two dashes everything is a word`() throws {
        #expect(try self.parse("-- --json -n").words == ["--json", "-n"])
    }

    @Test func `a single dash is a word`() throws {
        #expect(try self.parse("-").words == ["-"])
    }

    @Test(arguments: [
        "--colour", "--json=yes", "--since", "-n", "-x 1",
    ])
    func `BAD-11 an unknown flag or a missing value is refused`(line: String) {
        #expect(throws: UsageError.self) { try self.parse(line) }
    }

    @Test(arguments: ["0", "101", "x", "1e3", ""])
    func `BAD-11 a number outside its range is refused`(text: String) throws {
        let arguments = try CommandLineArguments(["-n", text], switches: [], options: ["-n"])
        #expect(throws: UsageError.self) {
            try arguments.integer("-n", default: 10, in: 1...100)
        }
    }

    @Test func `BAD-11 a day and a time that are none are refused by name`() throws {
        let arguments = try self.parse("--since yesterday -n soon")
        #expect(throws: UsageError("--since wants a day as YYYY-MM-DD, not yesterday")) {
            try arguments.day("--since")
        }
        #expect(throws: UsageError.self) { try arguments.duration("-n", default: .zero) }
    }

    @Test func `what is not given has its default`() throws {
        let arguments = try self.parse("")
        #expect(try arguments.integer("-n", default: 10, in: 1...100) == 10)
        #expect(try arguments.duration("--since", default: .seconds(5)) == .seconds(5))
        #expect(try arguments.day("--since") == nil)
    }
}
