public import RPC
internal import ServiceKit
public import TallyAPI

/// `probe verify`: the promises of a service about what it stores, each with its result.
public enum ProbeVerify {
    /// Time for the checks unless `--max-time` says otherwise: they read whole tables.
    private static let limit = Duration.seconds(300)

    /// The verb of a service.
    ///
    /// - Parameter ask: calls the service's Verify within the options' time.
    public static func verb(
        _ ask: @escaping @Sendable (ProbeContext, CallOptions) async throws -> VerifyResponse
    ) -> ProbeVerb {
        ProbeVerb(
            "verify",
            "[--max-time 300s] checks the invariants of what is stored; 0 = all hold, "
                + "1 = one does not, 3 = one could not be compared with a neighbour"
        ) { context in
            let limit = try context.arguments.duration("--max-time", default: Self.limit)
            let answer = try await ask(context, CallOptions(timeout: limit))
            return Self.tell(answer, context)
        }
    }

    private static func tell(_ answer: VerifyResponse, _ context: ProbeContext) -> Int32 {
        for finding in answer.findings where context.json { context.output(Self.json(finding)) }
        if !context.json {
            context.table(
                ["", "invariant", "checked", "promise"],
                answer.findings.map {
                    [Self.word($0), $0.invariant, "\($0.checked)", $0.promise]
                })
        }
        for finding in answer.findings where !finding.holds {
            for violation in finding.violations {
                context.note("\(finding.invariant): \(Logger.visible(violation))")
            }
        }
        for finding in answer.findings where !finding.notCompared.isEmpty {
            context.note("\(finding.invariant): \(Logger.visible(finding.notCompared))")
        }
        return Self.exitCode(answer.findings)
    }

    /// Nothing found wrong is not everything found right.
    static func exitCode(_ findings: [Finding]) -> Int32 {
        guard findings.allSatisfy(\.holds), !findings.isEmpty else { return 1 }
        return findings.allSatisfy(\.notCompared.isEmpty) ? 0 : 3
    }

    private static func word(_ finding: Finding) -> String {
        guard finding.holds else { return "BROKEN" }
        return finding.notCompared.isEmpty ? "holds" : "unknown"
    }

    private static func json(_ finding: Finding) -> String {
        var writer = JSONWriter()
        writer.object { object in
            object.member("invariant", finding.invariant)
            object.member("promise", finding.promise)
            object.member("holds", finding.holds)
            object.member("checked", finding.checked)
            object.member("not_compared", finding.notCompared)
            object.member(
                "violations",
                list: { list in
                    for violation in finding.violations { list.value(violation) }
                })
        }
        return writer.text
    }
}
