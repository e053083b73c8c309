import ServiceKit
import TallyAPI

/// Turns what a source read of a day into what is stored of it: pure.
struct DayAssembly: Sendable {
    /// What does not depend on other days, names included.
    private(set) var block = DayBlock()
    private(set) var facts: [PullFact] = []
    private(set) var openings: [PullOpening] = []
    private(set) var coverage: DayCoverage
    /// What the source itself counted: other sources and other days aside.
    private(set) var counted = Counters()

    init(
        _ scanned: ScannedDay, _ repository: RepositoryDay, source: String = SourceRank.archive
    ) {
        coverage = DayCoverage(
            missing: scanned.hoursMissing, damaged: scanned.hoursDamaged,
            pending: scanned.hoursPending, events: repository.events,
            reasons: Self.reasons(scanned, repository, source))
        for (id, person) in repository.people {
            block.name(id, DayBlock.Person(login: person.login, bot: person.bot))
        }
        for (id, counters) in repository.counters { block.add(counters, of: id) }
        addReviews(repository, on: scanned.day)
        facts += Self.merges(repository, on: scanned.day)
        facts = Self.folded(facts)
        openings = Self.openings(repository, on: scanned.day)
        for index in facts.indices { facts[index].source = source }
        for index in openings.indices { openings[index].source = source }
        counted = Self.total(block, facts)
    }

    /// A merge that two signals tell of counts once; of its lines the larger figure.
    private static func total(_ block: DayBlock, _ facts: [PullFact]) -> Counters {
        var total = block.total
        for (_, facts) in Dictionary(grouping: facts, by: \.number) {
            let merges = facts.filter { $0.kind != .review }
            for review in facts where review.kind == .review { total.add(Counters(review)) }
            guard !merges.isEmpty else { continue }
            total.add(
                Counters(
                    prsMerged: 1,
                    linesAdded: UInt64(clamping: merges.map(\.linesAdded).max() ?? 0),
                    linesDeleted: UInt64(clamping: merges.map(\.linesDeleted).max() ?? 0)))
        }
        return total
    }

    /// Reviews whose payload names the author are decided here; the others wait for an opening.
    private mutating func addReviews(_ repository: RepositoryDay, on day: CivilDay) {
        for review in repository.reviews {
            if review.authorId == 0 {
                facts.append(
                    PullFact(
                        day: day, number: review.number, kind: .review,
                        contributorId: review.reviewerId, atUs: 0,
                        count: Int64(clamping: review.count)))
            } else if review.authorId != review.reviewerId {
                block.add(Counters(prsReviewed: review.count), of: review.reviewerId)
            }
        }
    }

    private static func merges(_ repository: RepositoryDay, on day: CivilDay) -> [PullFact] {
        repository.merges.map { merge in
            PullFact(
                day: day, number: merge.number,
                kind: merge.signal == .closed ? .closed : .merged,
                contributorId: merge.authorId, atUs: merge.atUs,
                linesAdded: Int64(clamping: merge.linesAdded ?? 0),
                linesDeleted: Int64(clamping: merge.linesDeleted ?? 0))
        }
    }

    /// Facts that nothing tells apart become one that counts as many.
    private static func folded(_ facts: [PullFact]) -> [PullFact] {
        struct Key: Hashable {
            var number: Int64
            var kind: PullFact.Kind
            var contributorId: Int64
            var atUs: Int64
        }
        var byKey: [Key: PullFact] = [:]
        for fact in facts {
            let key = Key(
                number: fact.number, kind: fact.kind, contributorId: fact.contributorId,
                atUs: fact.atUs)
            guard var sum = byKey[key] else {
                byKey[key] = fact
                continue
            }
            sum.count = saturating(sum.count, fact.count)
            sum.linesAdded = saturating(sum.linesAdded, fact.linesAdded)
            sum.linesDeleted = saturating(sum.linesDeleted, fact.linesDeleted)
            byKey[key] = sum
        }
        return byKey.values.sorted {
            ($0.number, $0.kind.rawValue, $0.contributorId, $0.atUs)
                < ($1.number, $1.kind.rawValue, $1.contributorId, $1.atUs)
        }
    }

    private static func saturating(_ one: Int64, _ other: Int64) -> Int64 {
        let (sum, overflow) = one.addingReportingOverflow(other)
        return overflow ? .max : sum
    }

    private static func openings(_ repository: RepositoryDay, on day: CivilDay) -> [PullOpening] {
        let all = repository.openings.map { opening in
            let person = repository.people[opening.authorId]
            return PullOpening(
                day: day, number: opening.number, authorId: opening.authorId,
                login: person?.login ?? "", bot: person?.bot ?? false, openedUs: opening.atUs)
        }
        return Dictionary(grouping: all, by: \.number)
            .compactMap { PullCredit.author($0.value) }.sorted { $0.number < $1.number }
    }

    private static func reasons(
        _ scanned: ScannedDay, _ repository: RepositoryDay, _ source: String
    ) -> [DayCoverage.Reason] {
        var reasons = DayCoverage.knownLoss(on: scanned.day, source: source)
        if !scanned.hoursMissing.isEmpty { reasons.append(.hoursMissing) }
        if !scanned.hoursDamaged.isEmpty { reasons.append(.hoursDamaged) }
        if !scanned.hoursPending.isEmpty { reasons.append(.hoursNotPublished) }
        if repository.unsizedPushes > 0 { reasons.append(.unsizedPushes) }
        if source == SourceRank.github, scanned.linesSkipped > 0 {
            reasons.append(.itemsUnreadable)
        }
        if lacksLines(repository) { reasons.append(.linesUnknown) }
        return reasons.sorted { $0.rawValue < $1.rawValue }
    }

    private static func lacksLines(_ repository: RepositoryDay) -> Bool {
        let closed = Set(repository.merges.filter { $0.signal == .closed }.map(\.number))
        return repository.merges.contains { merge in
            (merge.linesAdded == nil || merge.linesDeleted == nil)
                && (merge.signal == .closed || !closed.contains(merge.number))
        }
    }
}

extension DayStore.Day {
    /// What a job stores of a day that its source read.
    /// - Parameter source: who read it; nil = the job's.
    init(
        _ scanned: ScannedDay, _ repository: RepositoryDay, of job: JobRecord,
        source: String? = nil
    ) {
        let source = source ?? job.source
        let assembly = DayAssembly(scanned, repository, source: source)
        self.init(
            repositoryId: job.repositoryId, day: scanned.day, jobId: job.id, source: source,
            names: repository.names.map { name in
                NameStore.Sighting(name: name.name, firstUs: name.firstUs, lastUs: name.lastUs)
            },
            block: assembly.block, facts: assembly.facts, openings: assembly.openings,
            hoursExpected: scanned.hoursExpected, coverage: assembly.coverage,
            counted: assembly.counted, lacks: scanned.lacks, fingerprint: scanned.fingerprint)
    }
}
