import ServiceKit
import TallyAPI

extension EstimateResponse {
    /// What is answered to whoever asks before a scrape.
    init(_ question: SourcePlanner.Question, _ plan: ScrapePlan) {
        let read = question.options.filter { option in
            plan.legs.contains { $0.source == option.source }
        }
        let refusals = read.compactMap(\.offer.refusal)
        self.init(
            source: plan.legs.first?.source ?? "", sinceDay: question.since.rawValue,
            untilDay: question.until.rawValue,
            daysAsked: UInt32(question.since.distance(to: question.until) + 1),
            daysMissing: UInt32(plan.days.count),
            requests: UInt64(read.reduce(0) { $0 + ($1.offer.requests ?? 0) }),
            bytes: read.reduce(0) { $0 + $1.offer.bytes },
            microUsd: UInt64(clamping: read.reduce(0) { $0 + $1.offer.microUSD }),
            allowed: refusals.isEmpty, refusal: refusals.first ?? "",
            legs: plan.legs.map { leg in
                EstimateLeg(
                    source: leg.source, days: UInt32(leg.days.count), reason: leg.words)
            }, notes: plan.notes,
            considered: question.options.map { option in
                SourceCost(
                    source: option.source, usable: option.offer.refusal == nil,
                    requests: UInt64(option.offer.requests ?? 0), bytes: option.offer.bytes,
                    microUsd: UInt64(clamping: option.offer.microUSD),
                    hoursMissing: UInt32(clamping: option.offer.hoursMissing),
                    daysMissing: UInt32(SourcePlanner.missing(option.source, question).count),
                    refusal: option.offer.refusal ?? "")
            })
    }
}
