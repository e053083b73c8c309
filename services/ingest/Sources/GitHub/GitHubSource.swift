import JSON
import ServiceKit
import TallyAPI

/// GitHub's own numbers, authors included: one repository at a time, its whole range at once.
struct GitHubSource: Source {
    let name = SourceRank.github
    let isDemonstration = false
    /// Its lists are read by range: many short ranges would read the same pages again and again.
    let scanShape = ScanShape(daysAtOnce: 20_000, isShared: false)
    let kind = SourceKind.api

    let client: GitHubClient
    let shelf: any PageShelf

    func find(name: String, since: CivilDay, until: CivilDay) async throws -> FoundRepository? {
        do {
            let facts = try await client.look(for: name)
            return FoundRepository(
                id: facts.id, name: facts.name, seenUs: client.clock.now().rawValue)
        } catch let fault as GitHubFault {
            if fault.kind == .unknown { return nil }
            throw fault.failure
        }
    }

    func offer(for target: ScanTarget) async throws -> SourceOffer {
        do {
            let estimate = try await GitHubEstimate.ask(
                client, names: target.names, since: target.days.first, patience: .none)
            return SourceOffer(
                requests: estimate.requests,
                requestsLeft: [client.left(.core), client.left(.graphql)].compactMap { $0 }.min())
        } catch let fault as GitHubFault {
            // A limit passes while the job waits for it.
            return SourceOffer(refusal: fault.kind == .limited ? nil : fault.message)
        }
    }

    func scan(
        _ targets: [ScanTarget], progress: @escaping @Sendable (ScanProgress) -> Void,
        deliver: @escaping @Sendable (ScannedDay) async throws -> Void
    ) async throws {
        for target in targets {
            guard let first = target.days.first, let last = target.days.last else { continue }
            let scan = GitHubScan(
                client: client, shelf: shelf, key: target.resumeKey,
                repositoryId: target.repositoryId, days: first...last,
                meter: GitHubMeter(report: progress))
            do { try await read(scan, target, deliver) } catch let fault as GitHubFault {
                throw fault.failure
            }
        }
    }

    private func read(
        _ scan: GitHubScan, _ target: ScanTarget,
        _ deliver: @Sendable (ScannedDay) async throws -> Void
    ) async throws {
        // What happens while it is read belongs to the next scrape.
        let started = client.clock.now()
        let (content, facts) = try await scan.run()
        for day in target.days {
            var repository = content.day(day)
            if day == target.days.last {
                repository.names = [
                    RepositoryDay.Name(
                        name: facts.name, firstUs: started.rawValue, lastUs: started.rawValue)
                ]
            }
            try await deliver(
                ScannedDay(
                    day: day, hoursPending: Self.hoursToCome(day, started),
                    linesSkipped: UInt64(content.skipped), repositories: [repository]))
            scan.meter.delivered()
        }
        try await shelf.forget(target.resumeKey)
    }

    /// The hours of a day that are not over yet.
    private static func hoursToCome(_ day: CivilDay, _ now: Timestamp) -> [Int] {
        let hour = (now.rawValue - day.startMicroseconds) / 3_600_000_000
        return hour >= 24 ? [] : Array(Int(clamping: max(0, hour))..<24)
    }
}

/// What a scrape through GitHub's API will ask (sources.md section 2).
struct GitHubEstimate: Hashable, Sendable {
    var commits: Int
    var pulls: Int
    var issues: Int
    var releases: Int

    /// GitHub tells no number of comments: so many per issue and pull request in large projects.
    static let commentsEach = 5

    /// Requests, rounded up list by list.
    var requests: Int {
        func pages(_ count: Int, of size: Int) -> Int { count / size + 1 }
        let comments = (pulls + issues) * Self.commentsEach
        return 2 + pages(commits, of: 100) + pages(pulls, of: 50) + 1 + pages(issues, of: 50)
            + pages(comments, of: 100) + 2 + pages(releases, of: 100)
    }
    /// Asks GitHub how much there is.
    static func ask(
        _ client: GitHubClient, names: [String], since: CivilDay?,
        patience: GitHubClient.Patience
    ) async throws -> GitHubEstimate {
        guard client.hasToken else { throw GitHubFault.tokenMissing }
        guard let name = names.first?.split(separator: "/").map(String.init), name.count == 2
        else { return GitHubEstimate(commits: 0, pulls: 0, issues: 0, releases: 0) }
        let start = since.map { "\($0)T00:00:00Z" }
        let answer = try await client.query(
            GitHubQueries.sizes,
            [
                ("owner", .text(name[0])), ("name", .text(name[1])), ("since", .text(start)),
                ("from", .text(start)),
            ], patience: patience)
        let repository = answer["data"]?["repository"]
        func count(_ list: JSONValue?) -> Int { Int(clamping: list?["totalCount"]?.int ?? 0) }
        return GitHubEstimate(
            commits: count(repository?["defaultBranchRef"]?["target"]?["history"]),
            pulls: count(repository?["pullRequests"]), issues: count(repository?["issues"]),
            releases: count(repository?["releases"]))
    }
}
