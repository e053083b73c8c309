import ServiceKit
import TallyAPI

@testable import Ingest

extension RepositoryDay {
    /// A day on which one person pushed.
    static func pushed(_ commits: UInt64, by id: Int64 = 1, in repository: Int64 = 7) -> Self {
        RepositoryDay(
            repositoryId: repository, events: 1,
            people: [id: Person(login: "user\(id)", bot: false)],
            counters: [id: Counters(commits: commits)])
    }

    /// Adds an opening by somebody.
    func opening(_ number: Int64, by id: Int64, atUs: Int64 = 5) -> Self {
        var day = self
        day.people[id] = Person(login: "user\(id)", bot: false)
        day.counters[id, default: Counters()].prsOpened += 1
        day.openings.append(Opening(number: number, authorId: id, atUs: atUs))
        return day
    }

    /// Adds a merge.
    func merging(
        _ number: Int64, _ signal: MergeSignal = .merged, by id: Int64 = 0,
        lines: (added: UInt64, deleted: UInt64)? = nil, atUs: Int64 = 9
    ) -> Self {
        var day = self
        if id != 0 { day.people[id] = Person(login: "user\(id)", bot: false) }
        day.merges.append(
            Merge(
                number: number, signal: signal, authorId: id, linesAdded: lines?.added,
                linesDeleted: lines?.deleted, atUs: atUs))
        return day
    }

    /// Adds a review.
    func reviewing(_ number: Int64, by id: Int64, author: Int64 = 0, count: UInt64 = 1) -> Self {
        var day = self
        day.people[id] = Person(login: "user\(id)", bot: false)
        day.reviews.append(
            Review(number: number, reviewerId: id, authorId: author, count: count))
        return day
    }

    /// A day without anything.
    static func nothing(in repository: Int64 = 7) -> Self {
        RepositoryDay(repositoryId: repository)
    }
}
