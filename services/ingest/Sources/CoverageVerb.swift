import RPC
import ServiceHost
import ServiceKit
import TallyAPI

/// `probe coverage`: what was read of a repository, and what is missing.
enum CoverageVerb {
    static func run(_ context: ProbeContext) async throws -> Int32 {
        let (owner, name) = try context.repository(0)
        let coverage: GetCoverageResponse = try await context.channel.unary(
            IngestMethods.getCoverage,
            GetCoverageRequest(
                owner: owner, name: name,
                sinceDay: try context.arguments.day("--since")?.rawValue ?? 0,
                untilDay: try context.arguments.day("--until")?.rawValue ?? 0),
            options: context.options)
        let summary = coverage.summary ?? CoverageSummary(status: "none")
        context.table(
            ["repository", "status", "percent", "since", "until", "reasons"],
            [
                [
                    coverage.repository, summary.status, "\(summary.percent)",
                    JobText.day(summary.sinceDay), JobText.day(summary.untilDay),
                    summary.reasons.joined(separator: ","),
                ]
            ])
        context.table(
            ["counter", "source", "counted", "expected", "percent", "reason", "others"],
            coverage.totals.map(row))
        let gaps = coverage.days.filter { !$0.complete }
        if !gaps.isEmpty {
            context.table(["day", "percent", "reasons"], gaps.map(row))
        }
        return 0
    }

    private static func row(_ item: CoverageItem) -> [String] {
        let others = item.others.map { other in
            "\(other.source) \(other.counted)"
                + (other.percentKnown ? " (\(other.percent) %)" : "")
        }
        let about = item.expectedEstimated ? "about " : ""
        return [
            item.item, item.source, "\(item.counted)",
            item.expectedKnown ? about + "\(item.expected)" : "?",
            item.percentKnown ? "\(item.percent)" : "?", item.reason,
            others.joined(separator: ", "),
        ]
    }

    private static func row(_ day: CoverageDay) -> [String] {
        [
            JobText.day(day.day), day.percentKnown ? "\(day.percent)" : "?",
            day.reasons.joined(separator: ","),
        ]
    }
}
