import Postgres
import ServiceKit
import TallyAPI
import TestKit
import Testing

@testable import Ingest
@testable import Ranking
@testable import Scoring

/// A schedule that a seed draws: what callers, workers, followers, the clock and crashes do, one
/// step at a time, while the way to the database breaks.
struct FaultStory {
    let seed: UInt64
    let gate: FaultGate
    var house: FaultHouse
    var chance: Chance
    var world: FaultWorld
    var ledger = FaultLedger()
    var reader: FaultReader
    var workers = [FaultWorker(name: "one"), FaultWorker(name: "two")]
    /// Jobs that were accepted, with the days that were stored for each.
    var jobs: [String: Set<Int32>] = [:]
    var step = 0
    var serial = 0
    /// How far the clock is behind the latest time that it showed, in seconds.
    var clockBehind: Int64 = 0
    private var seenCommits = 0
    /// The newest change of the activity feed that boards have shown.
    private var shown: Int64 = 0
    private var completed: Set<String> = []
    /// What went wrong, in words; empty is right.
    private(set) var complaints: [String] = []

    init(seed: UInt64) throws {
        self.seed = seed
        self.gate = FaultGate(seed: seed)
        self.house = try FaultHouse(self.gate)
        self.chance = Chance(seed: seed)
        self.world = FaultWorld(seed: seed, day: try self.house.clock.day())
        self.reader = FaultReader(RankingStore(pool: self.house.watcher))
    }

    mutating func complain(_ words: String) {
        self.gate.note("COMPLAINT \(words)")
        self.complaints.append("step \(self.step): \(words)")
    }

    /// Runs steps with faults, checks now and then without, and comes to an end.
    mutating func run(steps: Int) async throws {
        for id in FaultWorld.repositories { try await self.submit(id) }
        for number in 0..<steps where self.complaints.isEmpty {
            self.step += 1
            self.gate.begin(step: self.step, withFaults: true)
            try await self.act()
            try await self.look()
            if number == steps / 2 { try await self.settle() }
        }
        if self.complaints.isEmpty { try await self.end() }
    }

    /// A reader looks at the boards, unless they are certainly those of before.
    mutating func look() async throws {
        try await self.lookAtJobs()
        let commits = self.house.commits(of: "ranking")
        guard commits != self.seenCommits else { return }
        self.seenCommits = commits
        for words in try await self.reader.look(self.ledger) { self.complain(words) }
    }

    /// A job that has just been completed: what it fetched has been on the boards.
    private mutating func lookAtJobs() async throws {
        let (shown, completed) = try await self.house.watcher.withConnection { connection in
            let shown = try connection.query(
                """
                select coalesce(max(m.activity_change), 0) as change
                from progress_marks m, positions p where m.score_change <= p.published
                """)[0].int64("change")
            let jobs = try connection.query(
                """
                select id::text as id, coalesce(last_change, 0) as change from scrape_jobs
                where status = 'completed'
                """)
            return (shown, try jobs.map { (try $0.string("id"), try $0.int64("change")) })
        }
        // What was shown once is never taken off because a follower begins anew.
        self.shown = max(self.shown, shown)
        for (id, change) in completed where self.completed.insert(id).inserted {
            if change > self.shown { self.complain("job \(id) is completed before it is shown") }
        }
    }

    /// Does something that may fail for a cause that passes.
    ///
    /// - Parameter service: whose commit decides whether it happened.
    /// - Returns: what it came to, and whether the server committed, whatever the caller knows.
    mutating func attempt<T>(
        _ words: String, on service: String = "ingest",
        _ body: (inout FaultHouse) async throws -> T
    ) async throws -> (value: T?, commits: Int, error: (any Error)?) {
        let before = self.house.commits(of: service)
        self.gate.note(words)
        do {
            let value = try await body(&self.house)
            return (value, self.house.commits(of: service) - before, nil)
        } catch {
            self.gate.note("failed: \(Self.kind(of: error))")
            if !Self.canPass(error) { self.complain("\(words): \(error)") }
            return (nil, self.house.commits(of: service) - before, error)
        }
    }

    /// Without words: those of a connection name the proxy's port.
    private static func kind(of error: any Error) -> String {
        switch error {
        case let error as IngestError: "\(error.code)"
        case let error as PostgresError: "\(error.code)"
        case _: "\(error)"
        }
    }

    private static func canPass(_ error: any Error) -> Bool {
        switch error {
        case let error as IngestError: error.code != .corrupt
        case let error as PostgresError: error.isUnavailable || error.isRetryable
        case _: false
        }
    }

    private mutating func act() async throws {
        switch self.chance.number(0...99) {
        case 0..<8: try await self.submit()
        case 8..<34: for _ in 0..<self.chance.number(1...6) { try await self.work() }
        case 34..<46: try await self.followActivity()
        case 46..<58: try await self.followScores()
        case 58..<64: try await self.publish()
        case 64..<70: try await self.report()
        case 70..<76: try await self.pushClock()
        case 76..<81: try await self.upkeep()
        case 81..<84: try await self.changeWorld()
        case 84..<92: try await self.decide()
        case 92..<96: try await self.stayAway()
        case _: try await self.breakDown()
        }
    }
}

// MARK: What callers and workers do

extension FaultStory {
    private mutating func pick(_ ids: [Int64]) -> Int64? {
        ids.isEmpty ? nil : ids[self.chance.number(0...ids.count - 1)]
    }

    mutating func track(_ id: Int64) async throws {
        let found = self.world.found(id)
        let added = try await self.attempt("track \(id)") {
            try await $0.ingest.add(found, demonstration: false, scrape: nil)
        }
        if added.commits > 0 { self.ledger.track(found) }
    }

    private mutating func submit(_ repository: Int64? = nil) async throws {
        guard let id = repository ?? self.pick(FaultWorld.repositories) else { return }
        if !self.ledger.tracked.contains(id) { try await self.track(id) }
        let days = self.world.days(
            self.chance.number(0...FaultWorld.stretches.count - 1),
            Int32(self.chance.number(1...Int(FaultWorld.stretchLength))))
        self.serial += 1
        let digits = String(self.serial)
        let job =
            "01930000-0000-7000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits
        let submission = JobStore.Submission(
            id: job, repositoryId: id, since: CivilDay(rawValue: days.lowerBound),
            until: CivilDay(rawValue: days.upperBound), source: "archive", force: true)
        // Whoever hears nothing asks again, for the same.
        for _ in 0..<2 {
            let answer = try await self.attempt("submit \(id) \(days)") {
                try await $0.ingest.submit(submission)
            }
            guard let result = answer.value else { continue }
            if let result { self.jobs[result.job.id] = self.jobs[result.job.id] ?? [] }
            return
        }
    }

    private mutating func work() async throws {
        let place = self.chance.number(0...1)
        let isClaim = self.workers[place].held.isEmpty || self.chance.happens(15)
        if isClaim { return try await self.claim(place) }
        let index = self.chance.number(0...self.workers[place].held.count - 1)
        switch self.chance.number(0...99) {
        case 0..<90: try await self.goOn(place, index)
        case 90..<94: try await self.renew(place)
        case 94..<97: try await self.give(place, index, isFailed: true)
        case _: try await self.give(place, index, isFailed: false)
        }
    }

    mutating func claim(_ place: Int) async throws {
        let name = self.workers[place].name
        let claims = try await self.attempt("\(name) claims") {
            try await $0.ingest.claim(by: name, limit: 2)
        }
        for claim in claims.value ?? [] {
            self.workers[place].held.append(FaultWorker.Held(claim: claim))
        }
    }

    /// The next thing that a job needs: a plan, a day, its end.
    mutating func goOn(_ place: Int, _ index: Int) async throws {
        let held = self.workers[place].held[index]
        guard let day = held.days?.first else {
            return held.days == nil
                ? try await self.plan(place, index) : try await self.finish(place, index)
        }
        let content = held.contents[day] ?? RepositoryDay(repositoryId: 0)
        let newest = try await self.attempt(of: held.claim.job.id)
        let progress = FaultWorker.progress(held)
        let answer = try await self.attempt("\(self.workers[place].name) stores \(day)") {
            try await $0.ingest.store(
                DayStore.Day(ScannedDay(day: day), content, of: held.claim.job),
                for: held.claim, progress: progress)
        }
        if answer.commits > 0 {
            self.ledger.store(day.rawValue, content)
            // Also of a job of which nobody has heard yet: its submission's answer was lost.
            self.jobs[held.claim.job.id, default: []].insert(day.rawValue)
            if newest != held.claim.attempt { self.complain("a late write was taken") }
            if answer.commits > 1 { self.complain("a day was stored twice") }
        }
        if answer.value != nil { self.workers[place].held[index].days?.removeFirst() }
        self.dropIfLost(place, index, answer.error)
    }

    /// The attempt that holds a job, past every proxy.
    private func attempt(of job: String) async throws -> Int? {
        try await self.house.watcher.withConnection { connection in
            try connection.query(
                "select attempt from scrape_jobs where id = $1::uuid", [.string(job)]
            ).first.map { Int(try $0.int32("attempt")) }
        }
    }

    private mutating func plan(_ place: Int, _ index: Int) async throws {
        let claim = self.workers[place].held[index].claim
        let answer = try await self.attempt("\(self.workers[place].name) plans") { house in
            let plan = FaultWorker.plan(claim, try await house.ingest.known(for: claim))
            try await house.ingest.planned(claim, plan, progress: JobProgress())
            return plan.days
        }
        if let days = answer.value {
            self.workers[place].held[index].days = days
            for day in days {
                self.workers[place].held[index].contents[day] = self.world.content(
                    claim.job.repositoryId, day.rawValue)
            }
        } else if !self.dropIfLost(place, index, answer.error) {
            // As the worker does: its lease runs out, and somebody begins anew.
            self.workers[place].held.remove(at: index)
        }
    }

    private mutating func finish(_ place: Int, _ index: Int) async throws {
        let held = self.workers[place].held[index]
        let answer = try await self.attempt("\(self.workers[place].name) finishes") {
            try await $0.ingest.finish(held.claim, progress: FaultWorker.progress(held))
        }
        if answer.value != nil { self.workers[place].held.remove(at: index) }
        self.dropIfLost(place, index, answer.error)
    }

    private mutating func renew(_ place: Int) async throws {
        let claims = self.workers[place].held.map(\.claim)
        let answer = try await self.attempt("\(self.workers[place].name) renews") {
            try await $0.ingest.renew(claims)
        }
        guard let kept = answer.value, self.chance.happens(70) else { return }
        self.workers[place].held.removeAll { !kept.contains($0.claim.job.id) }
    }

    private mutating func give(_ place: Int, _ index: Int, isFailed: Bool) async throws {
        let claim = self.workers[place].held[index].claim
        _ = try await self.attempt("\(self.workers[place].name) gives up, \(isFailed)") { house in
            if isFailed {
                let failure = JobFailure(code: "away", message: "the source is", canPass: true)
                try await house.ingest.fail(claim, failure)
            } else {
                try await house.ingest.release(claim)
            }
        }
        self.workers[place].held.remove(at: index)
    }

    @discardableResult
    private mutating func dropIfLost(
        _ place: Int, _ index: Int, _ error: (any Error)?
    ) -> Bool {
        guard let error = error as? IngestError, error.code == .leaseLost else { return false }
        self.workers[place].held.remove(at: index)
        return true
    }
}
