import ServiceKit
import Testing

@testable import ServiceHost

/// What the verbs of a probe take, and what they refuse.
@Suite struct ProbeArgumentsTests {
    private let probe = Probe(program: TinyProgram.self)

    private func refusal(_ line: [String]) throws -> String? {
        let verb = try #require(self.probe.verbs.first { $0.name == line[0] })
        do throws(UsageError) {
            _ = try verb.parse(Array(line.dropFirst()))
            return nil
        } catch { return error.message }
    }

    @Test(arguments: [
        ["list"], ["conns"], ["call", "M"], ["bench", "M"], ["decode", "F"], ["health", "P"],
        ["vars", "rpc"], ["describe", "S"], ["drain"], ["status"], ["rpcz"], ["logs"],
    ])
    func `a word too many is refused by name`(line: [String]) throws {
        #expect(try self.refusal(line) == nil)
        #expect(try self.refusal(line + ["extra"]) == "\(line[0]) does not take extra")
        #expect(try self.refusal(line + ["extra", "more"]) == "\(line[0]) does not take extra")
    }

    @Test(arguments: [
        ["health", "--grace", "5s"], ["list", "--follow"], ["drain", "-c", "1"],
        ["call", "M", "--since", "1"], ["status", "--template"], ["ping", "--wait", "1s"],
        ["logs", "--until", "SERVING"], ["ready", "--rpc-timeout", "1s"],
    ])
    func `a flag of another verb is refused`(line: [String]) throws {
        let flag = try #require(line.first { $0.hasPrefix("-") })
        #expect(try self.refusal(line) == "unknown flag \(flag)")
    }

    @Test func `a verb takes the flags that its usage names`() {
        for verb in self.probe.verbs {
            let known = Probe.switches.union(Probe.options).union(verb.options)
                .union(verb.switches)
            let named = verb.usage.split { " []|;".contains($0) }.map(String.init)
                .filter { $0.hasPrefix("-") && $0 != "-" }
            #expect(known.isSuperset(of: named), "\(verb.name)")
        }
    }

    @Test func `only one table of connections is shown at a time`() async {
        let line = ["conns", "--addr", "127.0.0.1:1", "--streams", "--channels"]
        #expect(await self.probe.run(line) == 2)
    }

    @Test func `what asks no service has no peer`() {
        let alone = self.probe.verbs.filter { !$0.asksService }.map(\.name)
        #expect(alone == ["list", "describe", "decode"])
    }
}
