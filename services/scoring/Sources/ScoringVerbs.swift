import RPCCore
public import ServiceHost
import ServiceKit
import TallyAPI

extension ScoringProgram {
    /// `explain`, `formulas`, and those that decide something.
    public static var verbs: [ProbeVerb] {
        [
            ProbeVerb(
                "explain", "OWNER/NAME LOGIN [--window 90d] why a score is what it is",
                words: 2, options: ["--window"]
            ) { try await self.explain($0) },
            ProbeVerb("formulas", "the formula versions") { try await self.formulas($0) },
        ] + self.decisions
    }

    private static func explain(_ context: ProbeContext) async throws -> Int32 {
        let (owner, name) = try context.repository(0)
        let request = ExplainRequest(
            repository: "\(owner)/\(name)", login: try context.word(1, "LOGIN"),
            window: context.arguments.value("--window") ?? "")
        let answer = try await ScoringClient(context.channel).explain(
            request, options: context.options)
        if !answer.absentBecause.isEmpty { context.note(answer.absentBecause) }
        var rows: [[String]] = []
        for part in answer.repositories {
            rows += part.terms.map {
                [
                    $0.counter, "\($0.count)", JSONWriter.decimal(thousandths: $0.weight),
                    JSONWriter.decimal(thousandths: $0.points),
                ]
            }
            rows.append(["line bonus", "", "", JSONWriter.decimal(thousandths: part.lineBonus)])
        }
        rows.append(["score", "", "", JSONWriter.decimal(thousandths: answer.score)])
        context.table(["counter", "count", "each", "points"], rows)
        return 0
    }

    private static func formulas(_ context: ProbeContext) async throws -> Int32 {
        let answer = try await ScoringClient(context.channel).listFormulas(
            ListFormulasRequest(), options: context.options)
        let rows = answer.formulas.map { formula in
            let weights = formula.weights.map {
                "\($0.counter)=\(JSONWriter.decimal(thousandths: $0.thousandths))"
            }
            return [
                "\(formula.name) v\(formula.version)", formula.state,
                weights.joined(separator: " "),
            ]
        }
        context.table(["formula", "", "weights"], rows)
        return 0
    }
}
