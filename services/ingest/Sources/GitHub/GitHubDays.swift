import ServiceKit
import TallyAPI

/// Counts items by day and contributor: pure.
struct GitHubDays: Sendable {
    private var seen: Set<Key> = []
    private var days: [CivilDay: RepositoryDay] = [:]
    private var named: [CivilDay: [Int64: Int64]] = [:]
    private let repositoryId: Int64
    /// Elements that could not be read, by the day nobody knows.
    private(set) var skipped = 0

    private struct Key: Hashable {
        var kind: GitHubItem.Kind
        var id: String
    }

    init(repositoryId: Int64) { self.repositoryId = repositoryId }

    /// Takes a page; what was seen before counts once.
    mutating func take(_ page: GitHubPage) {
        skipped += page.skipped
        for item in page.items where seen.insert(Key(kind: item.kind, id: item.id)).inserted {
            count(item)
        }
    }

    /// What happened on a day.
    func day(_ day: CivilDay) -> RepositoryDay {
        days[day] ?? RepositoryDay(repositoryId: repositoryId)
    }

    private mutating func count(_ item: GitHubItem) {
        var day = day(item.day)
        let person = item.person.id
        day.events += 1
        name(item, in: &day)
        switch item.kind {
        case .commit: day.counters[person, default: Counters()].commits += 1
        case .pullOpened:
            day.counters[person, default: Counters()].prsOpened += 1
            if person != 0 {
                day.openings.append(
                    RepositoryDay.Opening(
                        number: item.number, authorId: person, atUs: item.atUs))
            }
        case .pullMerged:
            day.merges.append(
                RepositoryDay.Merge(
                    number: item.number, signal: .merged, authorId: person,
                    linesAdded: UInt64(clamping: item.linesAdded),
                    linesDeleted: UInt64(clamping: item.linesDeleted), atUs: item.atUs))
        case .review: day.counters[person, default: Counters()].prsReviewed += 1
        case .issueOpened: day.counters[person, default: Counters()].issuesOpened += 1
        case .issueClosed: day.counters[person, default: Counters()].issuesClosed += 1
        case .comment: day.counters[person, default: Counters()].comments += 1
        case .release: day.counters[person, default: Counters()].releases += 1
        }
        days[item.day] = day
    }

    /// The login of the day's last item stays.
    private mutating func name(_ item: GitHubItem, in day: inout RepositoryDay) {
        let person = item.person
        guard person.id != 0 else { return }
        guard item.atUs >= named[item.day]?[person.id] ?? .min else { return }
        named[item.day, default: [:]][person.id] = item.atUs
        day.people[person.id] = RepositoryDay.Person(login: person.login, bot: person.bot)
    }
}
