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
        mutating func meet(
            _ login: UnsafeRawBufferPointer, isBot: Bool, at time: Timestamp, counts: Bool
        ) {
            isCounted = isCounted || counts
            guard !login.isEmpty else { return }
            if time >= last {
                last = time
                if !login.isSame(as: person.login) {
                    person.login = String(decoding: login, as: UTF8.self)
                }
            }
            person.bot = person.bot || isBot
        }
    }

    /// A repository with the first of its names beside it: nearly all have one.
    private struct Repository: Sendable {
        var day: RepositoryDay
        var name: RepositoryDay.Name

        /// Every event dates the repository's name, whether it counts or not.
        mutating func note(_ text: UnsafeRawBufferPointer, at time: Int64, counts: Bool) {
            if counts { day.events += 1 }
            if text.isSame(as: name.name) {
                name.date(time)
            } else if let index = day.names.firstIndex(where: { text.isSame(as: $0.name) }) {
                day.names[index].date(time)
            } else {
                day.names.append(RepositoryDay.Name(text, at: time))
            }
        }

        var result: RepositoryDay {
            var result = day
            result.names.insert(name, at: 0)
            return result
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
    private var days: [Repository] = []
    private var contributorPlaces = Places<ContributorKey>()
    private var contributors: [Contributor] = []
    private var standIn: Int64 = 0

    /// Nothing counted yet.
    package init() {}

    /// The counted days of the repositories that had events, by their numbers.
    package var repositories: [RepositoryDay] {
        var (results, dayPlaces) = (days.map(\.result), dayPlaces)
        for (key, contributor) in zip(contributorPlaces.keys, contributors) {
            let day = dayPlaces.place(of: key.repositoryId).place
            if contributor.hasCounters { results[day].counters[key.id] = contributor.counters }
            if contributor.isCounted, !contributor.person.login.isEmpty {
                results[day].people[key.id] = contributor.person
            }
        }
        return results.sorted { $0.repositoryId < $1.repositoryId }
    }

    /// Counts an event of a repository, unless it was seen before.
    package mutating func count(_ event: GitHubEvent, in repositoryId: Int64) {
        event.withView { count($0, in: repositoryId) }
    }

    /// Counts an event whose names are lent.
    package mutating func count(_ event: EventView, in repositoryId: Int64) {
        guard seen.place(of: event.key).isNew else { return }
        let day = note(event, in: repositoryId)
        let actor = place(of: event.actorID, in: repositoryId)
        contributors[actor].meet(
            event.login, isBot: event.isBot, at: event.time, counts: event.contribution != nil)
        if let contribution = event.contribution {
            add(contribution, of: event, by: actor, to: day)
        }
    }

    private mutating func note(_ event: EventView, in repositoryId: Int64) -> Int {
        let (place, isNew) = dayPlaces.place(of: repositoryId)
        if isNew {
            days.append(
                Repository(
                    day: RepositoryDay(repositoryId: repositoryId),
                    name: RepositoryDay.Name(event.repositoryName, at: event.key.time)))
        }
        days[place].note(
            event.repositoryName, at: event.key.time, counts: event.contribution != nil)
        return place
    }

    private mutating func place(of id: Int64, in repositoryId: Int64) -> Int {
        let key = ContributorKey(repositoryId: repositoryId, id: id)
        let (place, isNew) = contributorPlaces.place(of: key)
        if isNew { contributors.append(Contributor()) }
        return place
    }

    private mutating func add(
        _ contribution: Contribution, of event: EventView, by actor: Int, to day: Int
    ) {
        switch contribution {
        case .commits(let count):
            change(actor) { $0.commits = Self.sum($0.commits, count) }
        case .unsizedPush: days[day].day.unsizedPushes += 1
        case .pullOpened(let number):
            change(actor) { $0.prsOpened += 1 }
            guard let number else { return }
            days[day].day.openings.append(
                RepositoryDay.Opening(
                    number: number, authorId: event.actorID, atUs: event.key.time))
        case .pullMerged(let merge): add(merge, at: event.time, to: day)
        case .pullReviewed(let number, let author):
            add(review: number, author, by: event.actorID, to: day)
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
            let place = place(of: author.id, in: days[day].day.repositoryId)
            author.login.withBytes {
                contributors[place].meet($0, isBot: author.isBot, at: time, counts: true)
            }
        }
        let number = merge.number ?? unnumbered()
        days[day].day.merges.append(
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
        let same = days[day].day.reviews.firstIndex { known in
            known.number == review.number && known.reviewerId == reviewer
                && known.authorId == review.authorId
        }
        if let same {
            days[day].day.reviews[same].count += 1
        } else {
            days[day].day.reviews.append(review)
        }
    }

    /// A number below zero for a pull request that its event does not number: like no other.
    private mutating func unnumbered() -> Int64 {
        standIn -= 1
        return standIn
    }
}

extension RepositoryDay.Name {
    fileprivate init(_ name: UnsafeRawBufferPointer, at time: Int64) {
        self.init(name: String(decoding: name, as: UTF8.self), firstUs: time, lastUs: time)
    }

    fileprivate mutating func date(_ time: Int64) {
        firstUs = min(firstUs, time)
        lastUs = max(lastUs, time)
    }
}
