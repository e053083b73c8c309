import GitHubData
import ServiceKit
import TallyAPI

/// Counts the events of one day, each once, per repository and contributor.
struct DayCounter: Sendable {
    private var seen: Set<GitHubEvent.Key> = []
    private var days: [Int64: RepositoryDay] = [:]
    /// Everyone who was met, and when last: the login is that of the newest event.
    private var met: [Int64: [Int64: (last: Timestamp, person: RepositoryDay.Person)]] = [:]
    /// Those for whom something was counted or may be: only they are named.
    private var counted: [Int64: Set<Int64>] = [:]
    private var standIn: Int64 = 0

    /// The counted days of the repositories that had events.
    var repositories: [RepositoryDay] {
        days.values.sorted { $0.repositoryId < $1.repositoryId }.map { day in
            var day = day
            let met = met[day.repositoryId] ?? [:]
            for id in counted[day.repositoryId] ?? [] { day.people[id] = met[id]?.person }
            return day
        }
    }

    /// Counts an event of a repository, unless it was seen before.
    mutating func count(_ event: GitHubEvent, in repositoryId: Int64) {
        guard seen.insert(event.key).inserted else { return }
        var day = days[repositoryId] ?? RepositoryDay(repositoryId: repositoryId)
        name(event, in: &day)
        meet(event.actor, at: event.time, in: repositoryId)
        if let contribution = event.contribution {
            day.events += 1
            counted[repositoryId, default: []].insert(event.actor.id)
            add(contribution, of: event, to: &day)
        }
        days[repositoryId] = day
    }

    /// Every event dates the repository's name, whether it counts or not.
    private func name(_ event: GitHubEvent, in day: inout RepositoryDay) {
        let time = event.time.rawValue
        if let index = day.names.firstIndex(where: { $0.name == event.repositoryName }) {
            day.names[index].firstUs = min(day.names[index].firstUs, time)
            day.names[index].lastUs = max(day.names[index].lastUs, time)
        } else {
            day.names.append(
                RepositoryDay.Name(name: event.repositoryName, firstUs: time, lastUs: time))
        }
    }

    /// Keeps the login of the newest event; a bot stays one.
    private mutating func meet(
        _ person: GitHubUser, at time: Timestamp, in repositoryId: Int64
    ) {
        guard !person.login.isEmpty else { return }
        guard var known = met[repositoryId]?[person.id] else {
            let new = RepositoryDay.Person(login: person.login, bot: person.isBot)
            met[repositoryId, default: [:]][person.id] = (time, new)
            return
        }
        if time >= known.last { (known.last, known.person.login) = (time, person.login) }
        known.person.bot = known.person.bot || person.isBot
        met[repositoryId]?[person.id] = known
    }

    private mutating func add(
        _ contribution: Contribution, of event: GitHubEvent, to day: inout RepositoryDay
    ) {
        let actor = event.actor.id
        switch contribution {
        case .commits(let count): day.counters[actor, default: Counters()].commits += count
        case .unsizedPush: day.unsizedPushes += 1
        case .pullOpened(let number):
            day.counters[actor, default: Counters()].prsOpened += 1
            guard let number else { return }
            day.openings.append(
                RepositoryDay.Opening(
                    number: number, authorId: actor, atUs: event.time.rawValue))
        case .pullMerged(let merge): add(merge, at: event.time, to: &day)
        case .pullReviewed(let number, let author):
            add(review: number, author, by: actor, to: &day)
        case .issueOpened: day.counters[actor, default: Counters()].issuesOpened += 1
        case .issueClosed: day.counters[actor, default: Counters()].issuesClosed += 1
        case .comment: day.counters[actor, default: Counters()].comments += 1
        case .release: day.counters[actor, default: Counters()].releases += 1
        }
    }

    private mutating func add(
        _ merge: Contribution.Merge, at time: Timestamp, to day: inout RepositoryDay
    ) {
        if let author = merge.author {
            meet(author, at: time, in: day.repositoryId)
            counted[day.repositoryId, default: []].insert(author.id)
        }
        day.merges.append(
            RepositoryDay.Merge(
                number: merge.number ?? unnumbered(), signal: merge.isClosing ? .closed : .merged,
                authorId: merge.author?.id ?? 0, linesAdded: merge.linesAdded,
                linesDeleted: merge.linesDeleted, atUs: time.rawValue))
    }

    private mutating func add(
        review number: Int64?, _ author: GitHubUser?, by reviewer: Int64,
        to day: inout RepositoryDay
    ) {
        let review = RepositoryDay.Review(
            number: number ?? unnumbered(), reviewerId: reviewer, authorId: author?.id ?? 0)
        let same = day.reviews.firstIndex { known in
            known.number == review.number && known.reviewerId == reviewer
                && known.authorId == review.authorId
        }
        if let same { day.reviews[same].count += 1 } else { day.reviews.append(review) }
    }

    /// A number below zero for a pull request that its event does not number: like no other.
    private mutating func unnumbered() -> Int64 {
        standIn -= 1
        return standIn
    }
}
