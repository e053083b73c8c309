import ServiceKit
import TallyAPI

/// Plans and the budget in JSON; dollars with six digits at most.
extension JSONWriter {
    /// A member in dollars, exact to a millionth.
    mutating func dollars(_ name: String, _ microUSD: UInt64) {
        let rest = String(microUSD % 1_000_000)
        var text = "\(microUSD / 1_000_000)"
        if microUSD % 1_000_000 > 0 {
            text += "." + String(repeating: "0", count: 6 - rest.count) + rest
            while text.hasSuffix("0") { text.removeLast() }
        }
        self.member(name, json: text)
    }

    mutating func estimate(_ plan: EstimateResponse) {
        self.object { object in
            object.member("source", plan.source.isEmpty ? nil : plan.source)
            object.day("since", plan.sinceDay)
            object.day("until", plan.untilDay)
            object.member("days_asked", plan.daysAsked)
            object.member("days_missing", plan.daysMissing)
            object.member("requests", plan.requests)
            object.member("bytes", plan.bytes)
            object.dollars("usd", plan.microUsd)
            object.member("allowed", plan.allowed)
            object.member("refusal", plan.refusal.isEmpty ? nil : plan.refusal)
            object.member("legs", list: { list in for leg in plan.legs { list.leg(leg) } })
            object.member(
                "notes", list: { list in for note in plan.notes { list.value(note) } })
            object.member(
                "considered",
                list: { list in for cost in plan.considered { list.cost(cost) } })
        }
    }

    private mutating func leg(_ leg: EstimateLeg) {
        self.object { object in
            object.member("source", leg.source)
            object.member("days", leg.days)
            object.member("reason", leg.reason)
        }
    }

    private mutating func cost(_ cost: SourceCost) {
        self.object { object in
            object.member("source", cost.source)
            object.member("usable", cost.usable)
            object.member("days_missing", cost.daysMissing)
            object.member("requests", cost.requests)
            object.member("bytes", cost.bytes)
            object.dollars("usd", cost.microUsd)
            object.member("hours_missing", cost.hoursMissing)
            object.member("refusal", cost.refusal.isEmpty ? nil : cost.refusal)
        }
    }

    mutating func budget(_ budget: Budget) {
        self.object { object in
            object.member("configured", budget.configured)
            object.object("day") { day in
                day.spent(budget.dayBytes, budget.dayMicroUsd, budget.dayQueries)
                day.dollars("cap_usd", budget.dayCapMicroUsd)
            }
            object.object("month") { month in
                month.spent(budget.monthBytes, budget.monthMicroUsd, budget.monthQueries)
                month.dollars("cap_usd", budget.monthCapMicroUsd)
            }
            object.object("job") { $0.dollars("cap_usd", budget.jobCapMicroUsd) }
            object.object("promised") { promised in
                promised.member("bytes", budget.promisedBytes)
                promised.dollars("usd", budget.promisedMicroUsd)
            }
            object.object("queued") { queued in
                queued.member("jobs", budget.queuedJobs)
                queued.member("bytes", budget.queuedBytes)
                queued.dollars("usd", budget.queuedMicroUsd)
            }
        }
    }

    private mutating func spent(_ bytes: UInt64, _ microUSD: UInt64, _ queries: UInt64) {
        self.member("bytes", bytes)
        self.dollars("usd", microUSD)
        self.member("queries", queries)
    }
}
