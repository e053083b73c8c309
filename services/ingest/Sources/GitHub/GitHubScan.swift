import JSON
import ServiceKit
import Synchronization

/// One repository's lists, read page by page; each page is kept before the next is asked for, so
/// that a kill costs one page.
struct GitHubScan: Sendable {
    /// Pages of one list: ten thousand of them are a million comments.
    static let pagesMax = 10_000
    /// Answers with errors beside their data, at a page of one element, before it is given up.
    static let failuresMax = 3

    let client: GitHubClient
    let shelf: any PageShelf
    /// What a kill is gone on with by; the job's.
    let key: String
    let repositoryId: Int64
    let days: ClosedRange<CivilDay>
    let meter: GitHubMeter

    /// Everything of the days, and the repository's name as it is now.
    func run() async throws -> (content: GitHubDays, facts: RepositoryFacts) {
        let facts = try await resolve()
        var kept = try await shelf.pages(of: key)
        if let first = kept.first, !Self.holds(first.days, days) {
            // Cursors of another range: they lead nowhere.
            try await shelf.forget(key)
            kept = []
        }
        if kept.isEmpty {
            let estimate = try await GitHubEstimate.ask(
                client, names: [facts.name], since: days.lowerBound, patience: meter.patience)
            meter.expect(estimate.requests)
        }
        let range = kept.first?.days ?? days
        let started = kept.map(\.readAt).min() ?? client.clock.now()
        var content = GitHubDays(repositoryId: repositoryId)
        for page in kept { content.take(page.page) }
        let reading = Reading(
            facts: facts, days: range, reader: GitHubPageReader(days: range), started: started)
        for family in GitHubFamily.allCases {
            try await read(
                family, reading, from: kept.filter { $0.family == family }, into: &content)
        }
        return (content, facts)
    }

    /// What all lists of a scan have in common.
    private struct Reading {
        var facts: RepositoryFacts
        var days: ClosedRange<CivilDay>
        var reader: GitHubPageReader
        var started: Timestamp

        /// Updates before this are of no use in a list that has the newest first.
        func stop(_ family: GitHubFamily) -> Timestamp {
            family == .pullsAgain
                ? started : Timestamp(rawValue: days.lowerBound.startMicroseconds)
        }
    }

    private static func holds(
        _ outer: ClosedRange<CivilDay>, _ inner: ClosedRange<CivilDay>
    ) -> Bool {
        outer.lowerBound <= inner.lowerBound && inner.upperBound <= outer.upperBound
    }

    /// By number: a rename changes nothing.
    private func resolve() async throws -> RepositoryFacts {
        let reply = try await client.get(
            client.address.url("/repositories/\(repositoryId)"), patience: meter.patience)
        guard reply.status == 200 else {
            throw reply.status == 451
                ? GitHubFault(.blocked, "GitHub has blocked the repository (451)")
                : GitHubFault(.unknown, "GitHub no longer shows the repository to us")
        }
        return try GitHubClient.facts(reply.json)
    }

    private func read(
        _ family: GitHubFamily, _ reading: Reading, from kept: [KeptPage],
        into content: inout GitHubDays
    ) async throws {
        if let last = kept.last, last.page.next == nil { return }
        var next = kept.last?.page.next
        var seen = Set(kept.compactMap(\.page.next))
        var first = family.first
        for number in kept.count..<max(Self.pagesMax, kept.count) {
            try Task.checkCancellation()
            let page = try await page(family, reading, next, &first)
            content.take(page)
            try await shelf.keep(
                KeptPage(
                    family: family, number: number, days: reading.days,
                    readAt: client.clock.now(), page: page), of: key)
            // A page that was read before: the links run in a circle.
            guard let following = page.next, seen.insert(following).inserted else { return }
            next = following
        }
        throw GitHubFault.garbled("a list without end")
    }

    private func page(
        _ family: GitHubFamily, _ reading: Reading, _ next: String?, _ first: inout Int
    ) async throws -> GitHubPage {
        guard let query = family.query else { return try await restPage(family, reading, next) }
        let data = try await ask(query, reading, &first) { first in
            var variables: [(String, GraphQLValue)] = [
                ("first", .number(first)), ("after", .text(next)),
            ]
            switch family {
            case .commits:
                variables += [
                    ("since", .text("\(reading.days.lowerBound)T00:00:00Z")),
                    ("until", .text("\(reading.days.upperBound)T23:59:59Z")),
                ]
            case .issues:
                variables.append(("since", .text("\(reading.days.lowerBound)T00:00:00Z")))
            case _: break
            }
            return variables
        }
        var (page, deeper) = try reading.reader.read(
            family, data, stopBefore: reading.stop(family))
        // A circle of cursors would repeat the page that we come from.
        if page.next == next { page.next = nil }
        for list in deeper { try await readMore(family, list, reading, into: &page) }
        return page
    }

    /// The rest of a list within a page.
    private func readMore(
        _ family: GitHubFamily, _ list: GitHubPageReader.Deeper, _ reading: Reading,
        into page: inout GitHubPage
    ) async throws {
        let query = family == .issues ? GitHubQueries.moreClosings : GitHubQueries.moreReviews
        var cursor: String? = list.cursor
        var seen: Set<String> = []
        while let after = cursor, seen.insert(after).inserted {
            var first = 1
            let data = try await ask(query, reading, &first) { _ in
                [("number", .number(Int(clamping: list.number))), ("after", .text(after))]
            }
            let more = reading.reader.readMore(family, of: list.number, data)
            page.items += more.items
            page.skipped += more.skipped
            cursor = more.next
        }
    }

    /// Asks until an answer has no errors; each failure halves the page.
    private func ask(
        _ query: String, _ reading: Reading, _ first: inout Int,
        _ variables: (Int) -> [(String, GraphQLValue)]
    ) async throws -> JSONValue {
        let names = reading.facts.name.split(separator: "/").map(String.init)
        var failures = 0
        while true {
            let answer = try await client.query(
                query, [("owner", .text(names[0])), ("name", .text(names[1]))] + variables(first),
                patience: meter.patience)
            meter.asked()
            let errors = answer["errors"]?.array ?? []
            if errors.isEmpty, let data = answer["data"], data != .null { return data }
            try Self.check(errors)
            failures = first == 1 ? failures + 1 : 0
            guard failures < Self.failuresMax else {
                let words = errors.first?["message"]?.string ?? "no data"
                throw GitHubFault(
                    .unreachable, "GitHub answers with errors: \(words.prefix(200))")
            }
            first = max(1, first / 2)
        }
    }

    /// Errors that no smaller page heals.
    private static func check(_ errors: [JSONValue]) throws(GitHubFault) {
        for error in errors {
            switch error["type"]?.string {
            case "NOT_FOUND":
                throw GitHubFault(.unknown, "GitHub no longer shows the repository to us")
            case "FORBIDDEN", "INSUFFICIENT_SCOPES":
                throw GitHubFault(
                    .forbidden,
                    "the token in TALLY_GITHUB_TOKEN_FILE lacks a right: "
                        + (error["message"]?.string ?? "").prefix(200))
            case _: continue
            }
        }
    }

    private func restPage(
        _ family: GitHubFamily, _ reading: Reading, _ next: String?
    ) async throws -> GitHubPage {
        let start = client.address.url(
            family.target(reading.facts.name, since: reading.days.lowerBound))
        guard let url = next.map(client.address.following) ?? start else {
            throw GitHubFault.garbled("a link leads to another host")
        }
        // Days decide which items are kept: another range is another version.
        let name = "\(url) \(reading.days.lowerBound) \(reading.days.upperBound)"
        let known = try await shelf.version(of: name)
        let knownPage = known.flatMap { GitHubPage(stored: $0.content) }
        let reply = try await client.get(
            url, etag: knownPage == nil ? nil : known?.etag, patience: meter.patience)
        meter.asked()
        if reply.status == 304, let knownPage { return knownPage }
        // Issues, or the whole list, may be switched off.
        if reply.status == 404 || reply.status == 410 { return GitHubPage() }
        guard reply.status == 200 else {
            throw GitHubFault.garbled("status \(reply.status) for a list")
        }
        if let next = reply.next, client.address.following(next) == nil {
            throw GitHubFault.garbled("a link leads to another host")
        }
        let page = try reading.reader.read(family, rest: reply.json, next: reply.next)
        if let etag = reply.etag {
            try await shelf.keep(KeptVersion(etag: etag, content: page.encoded), of: name)
        }
        return page
    }
}

/// Counts a scan's requests and tells what it waits for.
final class GitHubMeter: Sendable {
    private let state = Mutex(ScanProgress())
    private let report: @Sendable (ScanProgress) -> Void

    init(report: @escaping @Sendable (ScanProgress) -> Void) { self.report = report }

    /// Requests that the scan is thought to take.
    func expect(_ requests: Int) {
        update { $0.requestsExpected = UInt64(clamping: requests) }
    }

    /// Waits as long as a limit lasts, and says so.
    var patience: GitHubClient.Patience {
        .waits { wait in
            self.update { progress in
                progress.waitsUntil = wait.flatMap { $0.cause == .pace ? nil : $0.until }
            }
        }
    }

    /// A request was answered.
    func asked() { update { $0.requests += 1 } }

    /// A day was handed over.
    func delivered() { update { $0.hoursDone += 24 } }

    private func update(_ change: (inout ScanProgress) -> Void) {
        let (before, after) = state.withLock { progress in
            let before = progress
            change(&progress)
            return (before, progress)
        }
        if before != after { report(after) }
    }
}
