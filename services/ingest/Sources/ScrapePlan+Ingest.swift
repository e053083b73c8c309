import ServiceKit
import TallyAPI

extension ScrapePlan {
    /// What is answered to whoever asks before a scrape.
    init(_ planner: SourcePlanner, days: ClosedRange<CivilDay>) {
        let offer = planner.choice
        let estimate = offer?.estimate ?? SourceEstimate()
        self.init(
            source: offer?.name ?? "", sinceDay: days.lowerBound.rawValue,
            untilDay: days.upperBound.rawValue, daysAsked: UInt32(days.count),
            daysMissing: UInt32(clamping: offer?.daysMissing ?? 0), requests: estimate.requests,
            bytes: estimate.bytes, microUsd: UInt64(clamping: estimate.microUSD),
            allowed: offer?.isUsable ?? false,
            refusal: offer.map { $0.failure.isEmpty ? $0.estimate?.refusal ?? "" : $0.failure }
                ?? "no source is configured",
            reason: planner.reason,
            considered: planner.offers.map { offer in
                SourceCost(
                    source: offer.name, usable: offer.isUsable,
                    requests: offer.estimate?.requests ?? 0, bytes: offer.estimate?.bytes ?? 0,
                    microUsd: UInt64(clamping: offer.estimate?.microUSD ?? 0),
                    hoursMissing: UInt32(clamping: offer.estimate?.hoursMissing ?? 0),
                    reason: planner.reason(for: offer))
            })
    }

    /// Reads what is kept on a job; nil when that is of an older form.
    init?(stored bytes: [UInt8]) {
        do { self = try bytes.withUnsafeBytes { try ScrapePlan(decoding: $0) } } catch {
            return nil
        }
        if source.isEmpty { return nil }
    }

    /// The bytes that are kept on a job.
    var encoded: [UInt8] {
        var bytes: [UInt8] = []
        encode(into: &bytes)
        return bytes
    }
}
