import ServiceKit

/// Which days of a job are read from which source, and why. Kept on the job.
struct ScrapePlan: Hashable, Sendable {
    /// Why a source was picked.
    enum Reason: String, Hashable, Sendable {
        /// The job names the source.
        case asked
        /// GitHub's own numbers, authors included; its limits allow them.
        case exact
        /// It needs no account and no money.
        case free
        /// No other source is there.
        case only
        /// The archive loses events on these days, or could not tell all of them.
        case repair
    }

    /// Days of one source.
    struct Leg: Hashable, Sendable {
        var source: String
        /// Ascending, each once, never none.
        var days: [CivilDay]
        var reason: Reason
    }

    /// In the order of reading.
    var legs: [Leg] = []
    /// Why a better source was left out, in words.
    var notes: [String] = []

    /// Every day that some source is to read, ascending.
    var days: [CivilDay] { Set(legs.flatMap(\.days)).sorted() }

    /// Lines for people.
    var lines: [String] {
        legs.map { leg in
            let days = leg.days.count == 1 ? "day" : "days"
            return "\(leg.days.count) \(days) from \(leg.source): \(leg.reason.words)"
        } + notes
    }
}

extension ScrapePlan.Reason {
    var words: String {
        switch self {
        case .asked: "the job asks for it"
        case .exact: "GitHub's own numbers are exact, and its limits allow them"
        case .free: "it needs no account"
        case .only: "no other source is configured"
        case .repair: "the archive has lost events of these days, or could not tell all of them"
        }
    }
}

/// Picks sources: accuracy first, then cost. Pure.
enum SourcePlanner {
    /// What the choice is left to us by.
    static let auto = "auto"
    /// Requests that a scrape may take of the hour's when nobody knows how many are left.
    static let requestsUsual = 5000

    /// A configured source as the plan sees it.
    struct Option: Hashable, Sendable {
        var source: String
        var offer = SourceOffer()
        /// Of days as they are now, where the source has such a thing.
        var fingerprints: [CivilDay: [UInt8]] = [:]
    }

    struct Question: Hashable, Sendable {
        var since: CivilDay
        var until: CivilDay
        var jobId: String
        /// A source's name, or `auto`.
        var source: String
        var force = false
        /// What every source has read.
        var covered: [DayPlan.Covered] = []
        /// Best first.
        var options: [Option] = []
    }

    static func plan(_ question: Question) -> ScrapePlan {
        guard question.source == auto else {
            let days = missing(question.source, question)
            return ScrapePlan(
                legs: days.isEmpty
                    ? [] : [ScrapePlan.Leg(source: question.source, days: days, reason: .asked)])
        }
        var plan = ScrapePlan()
        let exact = question.options.first { $0.source == SourceRank.github }
        let others = question.options.filter { $0.source != SourceRank.github }
        let hindrance = exact.flatMap(hindrance)
        if let exact, hindrance == nil || others.isEmpty {
            add(exact.source, others.isEmpty ? .only : .exact, question, to: &plan)
            return plan
        }
        if let hindrance { plan.notes.append(hindrance) }
        guard let bulk = others.first(where: { $0.offer.refusal == nil }) ?? others.first else {
            return plan
        }
        add(bulk.source, others.count == 1 && exact == nil ? .only : .free, question, to: &plan)
        if let exact, exact.offer.refusal == nil {
            let days = missing(exact.source, question).filter { needsRepair($0, question) }
            if !days.isEmpty {
                plan.legs.append(
                    ScrapePlan.Leg(source: exact.source, days: days, reason: .repair))
            }
        }
        return plan
    }

    /// Why GitHub does not serve all of it; nil = it does.
    private static func hindrance(_ option: Option) -> String? {
        if let refusal = option.offer.refusal { return "not from github: \(refusal)" }
        let left = option.offer.requestsLeft ?? requestsUsual
        guard let requests = option.offer.requests, requests > left else { return nil }
        return "not all from github: about \(requests) requests, and \(left) are left of the hour"
    }

    private static func add(
        _ source: String, _ reason: ScrapePlan.Reason, _ question: Question,
        to plan: inout ScrapePlan
    ) {
        var days = missing(source, question)
        // What a better source has read whole need not be read by a worse one.
        days.removeAll { day in
            !question.force
                && question.covered.contains { known in
                    known.day == day && known.isWhole
                        && SourceRank.place(known.source) < SourceRank.place(source)
                }
        }
        guard !days.isEmpty else { return }
        plan.legs.append(ScrapePlan.Leg(source: source, days: days, reason: reason))
    }

    private static func missing(_ source: String, _ question: Question) -> [CivilDay] {
        let option = question.options.first { $0.source == source }
        return DayPlan.days(
            since: question.since, until: question.until, jobId: question.jobId, source: source,
            force: question.force, covered: question.covered,
            fingerprints: option?.fingerprints ?? [:])
    }

    /// Days whose events GitHub knows better than the archive.
    private static func needsRepair(_ day: CivilDay, _ question: Question) -> Bool {
        !DayCoverage.knownLoss(on: day, source: SourceRank.archive).isEmpty
            || question.covered.contains { $0.day == day && $0.isPoor }
    }
}
