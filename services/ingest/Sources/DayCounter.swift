package import GitHubData
import ServiceKit
import TallyAPI

/// Counts the events of one day, each once, per repository and contributor.
package struct DayCounter: Sendable {
    /// Somebody in one repository.
    private struct Contributor: Sendable {
        /// Nobody was met by that number yet when the login is empty.
        var person = RepositoryDay.Person(login: "", bot: false)
        var last = Timestamp(rawValue: .min)
        /// Something was counted for them, or may be: only they are named.
        var isCounted = false
        var counters = Counters()
        /// Something was counted that other days cannot change.
        var hasCounters = false

        /// Keeps the login of the newest event; a bot stays one.
        ///
        /// - Parameter counts: something is counted for them, or may be.
        mutating func meet(_ user: GitHubUser, at time: Timestamp, counts: Bool) {
            isCounted = isCounted || counts
            guard !user.login.isEmpty else { return }
            if time >= last { (last, person.login) = (time, user.login) }
            person.bot = person.bot || user.isBot
        }
    }

    private struct ContributorKey: PlaceKey {
        let repositoryId: Int64
        let id: Int64

        var bits: UInt64 { repositoryId.bits &* 0xff51_afd7_ed55_8ccd ^ id.bits }
    }

    private var seen = Places<GitHubEvent.Key>()
    // At each place what is known of the key there: one look-up finds all of it.
    private var dayPlaces = Places<Int64>()
    private var days: [RepositoryDay] = []
    private var contributorPlaces = Places<ContributorKey>()
    private var contributors: [Contributor] = []
    private var standIn: Int64 = 0

    /// Nothing counted yet.
    package init() {}

    /// The counted days of the repositories that had events, by their numbers.
    package var repositories: [RepositoryDay] {
        var (days, dayPlaces) = (days, dayPlaces)
        for (key, contributor) in zip(contributorPlaces.keys, contributors) {
            let day = dayPlaces.place(of: key.repositoryId).place
            if contributor.hasCounters { days[day].counters[key.id] = contributor.counters }
            if contributor.isCounted, !contributor.person.login.isEmpty {
                days[day].people[key.id] = contributor.person
            }
        }
        return days.sorted { $0.repositoryId < $1.repositoryId }
    }

    /// Counts an event of a repository, unless it was seen before.
    package mutating func count(_ event: GitHubEvent, in repositoryId: Int64) {
        guard seen.place(of: event.key).isNew else { return }
        let day = place(of: repositoryId)
        let counts = event.contribution != nil
        days[day].note(event.repositoryName, at: event.time.rawValue, counts: counts)
        let actor = place(of: event.actor, in: repositoryId)
        contributors[actor].meet(event.actor, at: event.time, counts: counts)
        if let contribution = event.contribution {
            add(contribution, of: event, by: actor, to: day)
        }
    }

    private mutating func place(of repositoryId: Int64) -> Int {
        let (place, isNew) = dayPlaces.place(of: repositoryId)
        if isNew { days.append(RepositoryDay(repositoryId: repositoryId)) }
        return place
    }

    private mutating func place(of user: GitHubUser, in repositoryId: Int64) -> Int {
        let key = ContributorKey(repositoryId: repositoryId, id: user.id)
        let (place, isNew) = contributorPlaces.place(of: key)
        if isNew { contributors.append(Contributor()) }
        return place
    }

    private mutating func add(
        _ contribution: Contribution, of event: GitHubEvent, by actor: Int, to day: Int
    ) {
        switch contribution {
        case .commits(let count):
            change(actor) { $0.commits = Self.sum($0.commits, count) }
        case .unsizedPush: days[day].unsizedPushes += 1
        case .pullOpened(let number):
            change(actor) { $0.prsOpened += 1 }
            guard let number else { return }
            days[day].openings.append(
                RepositoryDay.Opening(
                    number: number, authorId: event.actor.id, atUs: event.time.rawValue))
        case .pullMerged(let merge): add(merge, at: event.time, to: day)
        case .pullReviewed(let number, let author):
            add(review: number, author, by: event.actor.id, to: day)
        case .issueOpened: change(actor) { $0.issuesOpened += 1 }
        case .issueClosed: change(actor) { $0.issuesClosed += 1 }
        case .comment: change(actor) { $0.comments += 1 }
        case .release: change(actor) { $0.releases += 1 }
        }
    }

    private mutating func change(_ contributor: Int, _ body: (inout Counters) -> Void) {
        contributors[contributor].hasCounters = true
        body(&contributors[contributor].counters)
    }

    /// Sizes of pushes are whatever an event says: a sum beyond 64 bits stays at the largest value.
    private static func sum(_ one: UInt64, _ other: UInt64) -> UInt64 {
        let (sum, overflow) = one.addingReportingOverflow(other)
        return overflow ? .max : sum
    }

    private mutating func add(_ merge: Contribution.Merge, at time: Timestamp, to day: Int) {
        if let author = merge.author {
            let place = place(of: author, in: days[day].repositoryId)
            contributors[place].meet(author, at: time, counts: true)
        }
        let number = merge.number ?? unnumbered()
        days[day].merges.append(
            RepositoryDay.Merge(
                number: number, signal: merge.isClosing ? .closed : .merged,
                authorId: merge.author?.id ?? 0, linesAdded: merge.linesAdded,
                linesDeleted: merge.linesDeleted, atUs: time.rawValue))
    }

    private mutating func add(
        review number: Int64?, _ author: GitHubUser?, by reviewer: Int64, to day: Int
    ) {
        let review = RepositoryDay.Review(
            number: number ?? unnumbered(), reviewerId: reviewer, authorId: author?.id ?? 0)
        let same = days[day].reviews.firstIndex { known in
            known.number == review.number && known.reviewerId == reviewer
                && known.authorId == review.authorId
        }
        if let same { days[day].reviews[same].count += 1 } else { days[day].reviews.append(review) }
    }

    /// A number below zero for a pull request that its event does not number: like no other.
    private mutating func unnumbered() -> Int64 {
        standIn -= 1
        return standIn
    }
}

extension RepositoryDay {
    /// Every event dates the repository's name, whether it counts or not.
    fileprivate mutating func note(_ name: String, at time: Int64, counts: Bool) {
        if counts { events += 1 }
        if let index = names.firstIndex(where: { $0.name == name }) {
            names[index].firstUs = min(names[index].firstUs, time)
            names[index].lastUs = max(names[index].lastUs, time)
        } else {
            names.append(Name(name: name, firstUs: time, lastUs: time))
        }
    }
}
