/// Picks the source of a scrape: accuracy first, then cost (design.md section 5). Pure; every
/// source gets its reason.
struct SourcePlanner: Hashable, Sendable {
    /// Up to so many days hour files are downloaded; beyond, each day costs gigabytes of traffic.
    static let downloadDays = 7

    /// What is known of a source before anything is started.
    struct Offer: Hashable, Sendable {
        var name: String
        var kind: SourceKind
        /// Days that it would have to read.
        var daysMissing: Int
        /// nil = it could not be asked.
        var estimate: SourceEstimate?
        /// Why it could not.
        var failure = ""

        var isUsable: Bool { failure.isEmpty && estimate != nil && estimate?.refusal == nil }
        var hasAllHours: Bool { estimate?.hoursMissing == 0 }
    }

    /// In the order of accuracy.
    let offers: [Offer]
    /// The one that is taken; nil without offers.
    private(set) var choice: Offer?
    /// Why it is taken.
    private(set) var reason = ""

    /// - Parameters:
    ///   - offers: in the order of accuracy.
    ///   - wasNamed: the caller named the source: there is no choice.
    init(_ offers: [Offer], wasNamed: Bool = false) {
        self.offers = offers
        guard let first = offers.first else { return }
        if wasNamed || offers.count == 1 {
            choice = first
            reason = wasNamed ? "asked for" : "the only source that is configured"
            return
        }
        for (rule, why) in Self.rules {
            guard let offer = offers.first(where: { $0.isUsable && rule($0) }) else { continue }
            choice = offer
            reason = why
            return
        }
        choice = first
        reason = "no source can be used now; this one is the most accurate"
    }

    private typealias Rule = @Sendable (Offer) -> Bool

    private static let rules: [(rule: Rule, why: String)] = [
        ({ $0.kind == .api }, "GitHub's own numbers, within its limits"),
        ({ $0.kind == .folder && $0.hasAllHours }, "every hour lies in the local archive"),
        (
            { $0.kind == .web && $0.daysMissing <= downloadDays },
            "few days: downloading their hours is free"
        ),
        ({ $0.kind == .warehouse }, "many days: one scan within the budget"),
        ({ $0.kind == .web }, "no cheaper way within the budget: hours are downloaded"),
        ({ $0.kind == .folder }, "the local archive, with the gaps it has"),
    ]

    /// Why a source is taken or is not.
    func reason(for offer: Offer) -> String {
        if offer.name == choice?.name { return reason }
        if !offer.failure.isEmpty { return offer.failure }
        if let refusal = offer.estimate?.refusal { return refusal }
        if offer.kind == .folder, !offer.hasAllHours {
            return "\(offer.estimate?.hoursMissing ?? 0) hours are not in the local archive"
        }
        return "\(choice?.name ?? "another source") serves it better"
    }
}
