import RPC
import ServiceHost
import ServiceKit
import TallyAPI

/// What operators ask about costs.
enum PlanVerbs {
    static let all = [
        ProbeVerb(
            "estimate", "OWNER/NAME [--since DAY] [--until DAY] [--source NAME] [--force]",
            words: 1, options: ["--since", "--until", "--source"], switches: ["--force"]
        ) { try await estimate($0) },
        ProbeVerb("budget", "what BigQuery was paid, and what it may be paid") {
            try await budget($0)
        },
    ]

    private static func estimate(_ context: ProbeContext) async throws -> Int32 {
        let (owner, name) = try context.repository(0)
        let request = EstimateRequest(
            owner: owner, name: name,
            sinceDay: try context.arguments.day("--since")?.rawValue ?? 0,
            untilDay: try context.arguments.day("--until")?.rawValue ?? 0,
            source: context.arguments.value("--source") ?? "",
            force: context.arguments.has("--force"))
        let plan: EstimateResponse = try await context.channel.unary(
            IngestMethods.estimate, request, options: context.options)
        if context.json {
            context.output(json(plan))
        } else {
            context.table(
                ["source", "usable", "days", "requests", "bytes", "price", "refusal"],
                plan.considered.map { cost in
                    [
                        cost.source, cost.usable ? "yes" : "no", "\(cost.daysMissing)",
                        "\(cost.requests)", "\(cost.bytes)", price(cost.microUsd),
                        cost.refusal,
                    ]
                })
            for leg in plan.legs {
                context.note("\(leg.days) days from \(leg.source): \(leg.reason)")
            }
            for note in plan.notes { context.note(note) }
            context.note(
                "\(plan.daysMissing) of \(plan.daysAsked) days are missing; "
                    + (plan.allowed ? "the scrape is allowed" : "refused: \(plan.refusal)"))
        }
        return plan.allowed ? 0 : 1
    }

    private static func price(_ microUSD: UInt64) -> String {
        microUSD == 0 ? "free" : BigQueryPrice.text(Int64(clamping: microUSD))
    }

    private static func json(_ plan: EstimateResponse) -> String {
        var writer = JSONWriter()
        writer.object { object in
            object.member("source", plan.source)
            object.member("days_asked", plan.daysAsked)
            object.member("days_missing", plan.daysMissing)
            object.member("requests", plan.requests)
            object.member("bytes", plan.bytes)
            object.member("micro_usd", plan.microUsd)
            object.member("allowed", plan.allowed)
            object.member("refusal", plan.refusal)
        }
        return writer.text
    }

    private static func budget(_ context: ProbeContext) async throws -> Int32 {
        let budget: Budget = try await context.channel.unary(
            IngestMethods.getBudget, GetBudgetRequest(), options: context.options)
        let rows = [
            ("job", 0, 0, 0, budget.jobCapMicroUsd),
            (
                "day", budget.dayQueries, budget.dayBytes, budget.dayMicroUsd,
                budget.dayCapMicroUsd
            ),
            (
                "month", budget.monthQueries, budget.monthBytes, budget.monthMicroUsd,
                budget.monthCapMicroUsd
            ),
            ("queued", budget.queuedJobs, budget.queuedBytes, budget.queuedMicroUsd, 0),
        ]
        if context.json {
            for row in rows { context.output(json(row)) }
        } else {
            context.table(
                ["what", "count", "bytes", "usd", "cap"],
                rows.map { [$0.0, "\($0.1)", "\($0.2)", price($0.3), price($0.4)] })
            if !budget.configured { context.note("BigQuery is not configured") }
        }
        return 0
    }

    private static func json(_ row: (String, UInt64, UInt64, UInt64, UInt64)) -> String {
        var writer = JSONWriter()
        writer.object { object in
            object.member("what", row.0)
            object.member("count", row.1)
            object.member("bytes", row.2)
            object.member("micro_usd", row.3)
            object.member("cap_micro_usd", row.4)
        }
        return writer.text
    }
}
