import ServiceKit

/// Which days of a job are read from which source, and why. Kept on the job.
struct ScrapePlan: Hashable, Sendable {
    /// Why a source was picked.
    enum Reason: String, Hashable, Sendable {
        /// The job names the source.
        case asked
        /// GitHub's own numbers, authors included; its limits allow them.
        case exact
        /// Many days: one paid query, within the budget.
        case paid
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
        /// What is paid for it alone, in millionths of a dollar.
        var microUSD: Int64 = 0
        /// What is read, as far as that is known before.
        var bytes: UInt64 = 0

        /// One line for people.
        var words: String {
            let price = microUSD > 0 ? ", about \(BigQueryPrice.text(microUSD)) by itself" : ""
            return reason.words + price
        }
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
            return "\(leg.days.count) \(days) from \(leg.source): \(leg.words)"
        } + notes
    }
}

extension ScrapePlan.Reason {
    var words: String {
        switch self {
        case .asked: "the job asks for it"
        case .exact: "GitHub's own numbers are exact, and its limits allow them"
        case .paid: "for many days one query within the budget is the least work"
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
        var kind = SourceKind.folder
        var offer = SourceOffer()
        /// It could not be asked; its refusal says why.
        var failure: JobFailure?
        /// It did not answer in time.
        var isSlow = false
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
                legs: days.isEmpty ? [] : [leg(question.source, days, .asked, question)])
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
        plan.notes += others.compactMap { option in
            option.offer.refusal.map { "not from \(option.source): \($0)" }
        }
        guard let bulk = bulk(others, question) else { return plan }
        let isPaid = bulk.kind == .warehouse
        let isOnly = others.count == 1 && exact == nil
        add(bulk.source, isOnly ? .only : isPaid ? .paid : .free, question, to: &plan)
        if let exact, exact.offer.refusal == nil {
            let days = missing(exact.source, question).filter { needsRepair($0, question) }
            if !days.isEmpty {
                plan.legs.append(
                    ScrapePlan.Leg(source: exact.source, days: days, reason: .repair))
            }
        }
        return plan
    }

    /// Up to so many days hour files are downloaded; beyond, each day costs gigabytes of traffic.
    static let downloadDays = 7

    /// The source of events: local files that have every hour; downloads of a few days; one paid
    /// query within the budget; downloads; local files with gaps.
    private static func bulk(_ others: [Option], _ question: Question) -> Option? {
        let usable = others.filter { $0.offer.refusal == nil }
        func first(_ isRight: (Option) -> Bool) -> Option? { usable.first(where: isRight) }
        return first { $0.kind == .folder && $0.offer.hoursMissing == 0 }
            ?? first {
                $0.kind == .web && missing($0.source, question).count <= downloadDays
            }
            ?? first { $0.kind == .warehouse } ?? first { $0.kind == .web } ?? usable.first
            ?? others.first
    }

    /// Days of a source, with what they cost there.
    private static func leg(
        _ source: String, _ days: [CivilDay], _ reason: ScrapePlan.Reason, _ question: Question
    ) -> ScrapePlan.Leg {
        let offer = question.options.first { $0.source == source }?.offer
        return ScrapePlan.Leg(
            source: source, days: days, reason: reason, microUSD: offer?.microUSD ?? 0,
            bytes: offer?.bytes ?? 0)
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
        plan.legs.append(leg(source, days, reason, question))
    }

    /// The days that a source would have to read.
    static func missing(_ source: String, _ question: Question) -> [CivilDay] {
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
