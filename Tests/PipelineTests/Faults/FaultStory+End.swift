import Postgres
import ServiceKit
import TallyAPI
import TestKit

@testable import Ingest
@testable import Ranking
@testable import Scoring

// MARK: Checks, when nothing breaks any more

extension FaultStory {
    /// Batches that may be under way or waiting; more than any story makes.
    private static var batchesMax: Int { 2000 }

    /// Hands on everything that is stored, and compares.
    mutating func settle() async throws {
        self.gate.begin(step: self.step, withFaults: false)
        self.gate.note("settles")
        for place in self.workers.indices { try await self.claim(place) }
        try await self.handOn()
        try await self.look()
        try await self.check(windows: ["all", "30d"])
    }

    private mutating func handOn() async throws {
        _ = try await self.house.scoring.rollOver()
        while try await self.house.scoring.rescore() {}
        for _ in 0..<2 {
            try await self.house.withActivity { link in
                link.drop()
                for _ in 0..<Self.batchesMax {
                    guard try await link.send() else { break }
                    guard try await link.take() else { break }
                }
            }
            try await self.house.withScores { link in
                link.drop()
                for _ in 0..<Self.batchesMax {
                    guard try await link.send() else { break }
                    guard try await link.take() else { break }
                }
            }
            _ = try await self.house.ranking.publish()
            try await self.house.withScores { try await $0.report() }
            try await self.house.withActivity { try await $0.report() }
        }
        try await self.house.ingest.sweepJobs()
    }

    /// Every job comes to its end, and everything is on the boards.
    mutating func end() async throws {
        self.step += 1
        self.gate.begin(step: self.step, withFaults: false)
        // What was promised before the clock was set back is due when it is there again.
        try self.push(self.clockBehind)
        // A lease of a minute, a retry after five, three times.
        for _ in 0..<8 where try await self.hasActiveJobs() {
            try self.push(301)
            for place in self.workers.indices {
                try await self.claim(place)
                var steps = 0
                while !self.workers[place].held.isEmpty, steps < 100, self.complaints.isEmpty {
                    try await self.goOn(place, 0)
                    steps += 1
                }
            }
            try await self.handOn()
        }
        try await self.handOn()
        try await self.check(windows: ["all", "90d", "30d", "7d"])
        try await self.checkJobs()
        guard self.complaints.isEmpty else { return }
        let rebuilt = try await self.house.ranking.rebuild()
        if rebuilt?.different != 0 { self.complain("a rebuild differs: \(rebuilt as Any)") }
    }

    private func hasActiveJobs() async throws -> Bool {
        try await self.house.watcher.withConnection { connection in
            try !connection.query("select 1 from scrape_jobs where finished_at is null").isEmpty
        }
    }

    private mutating func checkJobs() async throws {
        for (id, stored) in self.jobs.sorted(by: { $0.key < $1.key }) {
            guard let job = try await self.house.ingest.job(id) else {
                self.complain("job \(id) is gone")
                continue
            }
            if !job.machine.state.hasEnded { self.complain("job \(id) has not ended: \(job)") }
            let days = Set(job.since.rawValue...job.until.rawValue)
            if job.machine.state == .completed, !days.isSubset(of: stored) {
                self.complain("job \(id) is completed with days missing")
            }
        }
    }

    /// What the services say of themselves, and every board against the ledger.
    private mutating func check(windows: [String]) async throws {
        for words in try await self.house.broken() { self.complain(words) }
        let last = try await self.house.watcher.withConnection { connection in
            try connection.query("select as_of_day from score_feed")[0].int32("as_of_day")
        }
        let ledger = self.ledger.sums
        for window in windows {
            for id in [nil] + self.ledger.tracked.map(Optional.some) {
                for bots in [BotFilter.include, .exclude] {
                    let want = ledger.board(
                        id, last: last, length: Int32(window.dropLast()),
                        bots: bots == .include, ledger.formula)
                    let name = id.flatMap { ledger.names[$0] } ?? ""
                    try await self.compare(name, window, bots, want, ledger.formula)
                }
            }
        }
    }

    private mutating func compare(
        _ name: String, _ window: String, _ bots: BotFilter, _ want: [Ledger.Line],
        _ formula: Ledger.Formula
    ) async throws {
        let request = GetPageRequest(
            repository: name, window: window, bots: bots, page: 1, pageSize: 1000)
        guard case .page(let page) = try await self.reader.store.page(request) else {
            return self.complain("no board of \(name)")
        }
        let have = page.entries.map(Ledger.Line.init)
        if have != want { self.complain("\(name) \(window): is \(have), should be \(want)") }
        if !want.isEmpty, page.board?.formulaName != formula.name {
            self.complain("\(name) stands under \(page.board?.formulaName ?? "")")
        }
    }
}
