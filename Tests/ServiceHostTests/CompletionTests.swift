import Foundation
import Testing

@testable import ServiceHost

/// What a shell offers.
@Suite struct CompletionTests {
    /// What bash offers for the last of the words.
    private func offers(_ words: String...) throws -> [String] {
        let script = try #require(Completion(program: TinyProgram.self).script(for: "bash"))
        let quoted = (["tally-tiny"] + words).map { "'\($0)'" }.joined(separator: " ")
        let shell = Process()
        shell.executableURL = URL(filePath: "/bin/bash")
        shell.arguments = [
            "-c",
            script
                + """
                COMP_WORDS=(\(quoted)) COMP_CWORD=\(words.count)
                _tally_tiny; printf '%s\\n' "${COMPREPLY[@]}"
                """,
        ]
        let pipe = Pipe()
        shell.standardOutput = pipe
        try shell.run()
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        shell.waitUntilExit()
        return String(decoding: output, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    @Test(arguments: ["call", "bench", "describe"])
    func `a method is offered with its slash or without, as it was begun`(verb: String) throws {
        #expect(
            try self.offers("probe", verb, "/tally.health.v1.Health/Ch")
                == ["/tally.health.v1.Health/Check"])
        #expect(
            try self.offers("probe", verb, "tally.health.v1.Health/Ch")
                == ["tally.health.v1.Health/Check"])
        let begun = try self.offers("probe", verb, "t")
        #expect(begun.count > 10 && begun.allSatisfy { $0.hasPrefix("tally.") })
    }

    @Test func `with nothing typed each method is offered once`() throws {
        let methods = try self.offers("probe", "call", "").filter { $0.contains("Health/Check") }
        #expect(methods == ["/tally.health.v1.Health/Check"])
    }

    @Test(arguments: [
        ["bench", "-O"], ["call", "-d"], ["call", "-H"], ["ping", "-c"], ["health", "--addr"],
    ])
    func `nothing is offered where a value stands`(words: [String]) throws {
        #expect(try self.offers("probe", words[0], words[1], "") == [])
        #expect(try self.offers("probe", words[0], words[1], "-") == [])
    }

    @Test func `behind a flag without a value the words are offered`() throws {
        let words = try self.offers("probe", "call", "--envelope", "tally.health.v1.Health/Ch")
        #expect(words == ["tally.health.v1.Health/Check"])
        let flags = try self.offers("probe", "call", "--envelope", "--emit")
        #expect(flags == ["--emit-defaults"])
    }

    @Test func `fish offers both forms, and knows where a value stands`() throws {
        let script = try #require(Completion(program: TinyProgram.self).script(for: "fish"))
        let lines = script.split(separator: "\n")
        #expect(lines.contains { $0.hasSuffix("from bench' -s O -x") })
        #expect(lines.contains { $0.hasSuffix("from call' -l envelope") })
        #expect(lines.contains { $0.contains(" -a '/tally.") })
        #expect(lines.contains { $0.contains(" -a 'tally.") })
    }
}
