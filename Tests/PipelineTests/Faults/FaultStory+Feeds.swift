import Postgres
import ServiceHost
import ServiceKit
import TallyAPI
import TestKit

@testable import Ingest
@testable import Ranking
@testable import Scoring

// MARK: What followers do, and what breaks

extension FaultStory {
    private mutating func lineFault<Sink, Source>(
        _ kind: FeedLink<Sink, Source>.Type
    ) -> FeedLink<Sink, Source>.Fault? {
        guard self.chance.happens(25) else { return nil }
        return FeedLink<Sink, Source>.Fault.allCases[self.chance.number(0...2)]
    }

    mutating func followActivity() async throws {
        for _ in 0..<self.chance.number(0...3) {
            _ = try await self.attempt("ingest sends") {
                try await $0.withActivity { try await $0.send() }
            }
        }
        for _ in 0..<self.chance.number(1...3) {
            let fault = self.lineFault(FeedLink<ActivitySink, SmallActivityFeed>.self)
            _ = try await self.attempt("scoring takes \(fault.map { "\($0)" } ?? "")") {
                try await $0.withActivity { try await $0.take(fault) }
            }
        }
    }

    mutating func followScores() async throws {
        for _ in 0..<self.chance.number(0...3) {
            _ = try await self.attempt("scoring sends") {
                try await $0.withScores { try await $0.send() }
            }
        }
        for _ in 0..<self.chance.number(1...3) {
            let fault = self.lineFault(FeedLink<ScoreSink, SmallScoreFeed>.self)
            _ = try await self.attempt("ranking takes \(fault.map { "\($0)" } ?? "")") {
                try await $0.withScores { try await $0.take(fault) }
            }
        }
    }

    mutating func publish() async throws {
        let answer = try await self.attempt("publish") { try await $0.ranking.publish() }
        self.gate.note("published \(answer.value.map { "\($0 ?? -1)" } ?? "?")")
    }

    mutating func report() async throws {
        _ = try await self.attempt("ranking reports") {
            try await $0.withScores { try await $0.report() }
        }
        _ = try await self.attempt("scoring reports") {
            try await $0.withActivity { try await $0.report() }
        }
    }

    /// To lease ends, over midnight, and back.
    mutating func pushClock() async throws {
        let toMidnight = try self.house.clock.untilMidnight()
        let step: Int64 =
            switch self.chance.number(0...9) {
            case 0..<2: 11
            case 2..<6: 61
            case 6: 301
            case 7: toMidnight + 1
            case 8: 86_400
            case _: self.chance.happens(50) ? -3600 : -86_400
            }
        try self.push(step)
    }

    mutating func push(_ seconds: Int64) throws {
        self.gate.note("clock \(seconds)")
        try self.house.clock.push(seconds: seconds)
        self.clockBehind = max(0, self.clockBehind - seconds)
    }

    mutating func upkeep() async throws {
        switch self.chance.number(0...3) {
        case 0: _ = try await self.attempt("roll over") { try await $0.scoring.rollOver() }
        case 1: _ = try await self.attempt("scoring sweeps") { try await $0.scoring.sweep() }
        case 2: _ = try await self.attempt("rescore") { try await $0.scoring.rescore() }
        case _: _ = try await self.attempt("sweep jobs") { try await $0.ingest.sweepJobs() }
        }
    }

    mutating func changeWorld() async throws {
        let ids = FaultWorld.repositories
        let id = ids[self.chance.number(0...ids.count - 1)]
        self.gate.note("the world of \(id) changes")
        self.world.change(id)
        if self.chance.happens(40) { self.world.rename(id) }
    }

    mutating func decide() async throws {
        switch self.chance.number(0...12) {
        case 0: try await self.remove()
        case 1..<5: try await self.trackAnew()
        case 5..<9: try await self.putFormula()
        case 9..<11: try await self.opt()
        case _: try await self.stop()
        }
    }

    @discardableResult
    private mutating func remove() async throws -> Int64? {
        let ids = self.ledger.tracked.filter { $0 != FaultWorld.anchor }
        guard !ids.isEmpty else { return nil }
        let id = ids[self.chance.number(0...ids.count - 1)]
        let answer = try await self.attempt("remove \(id)") { try await $0.ingest.remove(id) }
        if answer.commits > 0 { self.ledger.remove(id) }
        return id
    }

    /// A repository is removed and tracked again before scoring hears of either: it reads the two
    /// in one batch, and the days from before must go all the same.
    private mutating func trackAnew() async throws {
        guard let id = try await self.remove(), !self.ledger.tracked.contains(id) else { return }
        try await self.track(id)
    }

    /// Ranking is away for longer than tombstones are kept for it. Scoring goes on meanwhile: some
    /// scores fall to nothing, those of days that leave a window and of a repository that is
    /// tracked anew, and nobody tells of them any more when ranking is back.
    mutating func stayAway() async throws {
        for _ in 0..<3 { try await self.followScores() }
        try await self.publish()
        self.gate.note("ranking is away")
        self.house.crash("ranking")
        try await self.trackAnew()
        for _ in 0..<3 { try await self.followActivity() }
        try self.push(FaultWorld.silence)
        _ = try await self.attempt("roll over") { try await $0.scoring.rollOver() }
        _ = try await self.attempt("scoring sweeps") { try await $0.scoring.sweep() }
    }

    private mutating func putFormula() async throws {
        var formula = Ledger.Formula(name: "f\(self.step)")
        formula.weights = formula.weights.map { _ in self.chance.number(0...40) * 500 }
        formula.cap = self.chance.number(0...2000) * 1000
        let names = CounterColumns.names
        let weights = zip(names, formula.weights).map { "\"\($0)\":\(Double($1) / 1000)" }
        let document = try FormulaDocument(
            """
            {"name":"\(formula.name)","weights":{\(weights.joined(separator: ","))},
             "cap":\(formula.cap / 1000)}
            """)
        let answer = try await self.attempt("put \(formula.name)", on: "scoring") {
            try await $0.scoring.put(document, author: "test")
        }
        if answer.commits > 0 { self.ledger.put(formula) }
    }

    private mutating func opt() async throws {
        let person = Int64(self.chance.number(102...109))
        let isOut = !self.ledger.isOut(person)
        let isKnown = try await self.house.watcher.withConnection { connection in
            try !connection.query(
                "select 1 from github_users where contributor_id = $1", [.int64(person)]
            ).isEmpty
        }
        guard isKnown else { return }
        let answer = try await self.attempt("opt \(isOut) \(person)", on: "scoring") {
            try await $0.scoring.setOptOut(
                isOut, "p\(person)", IdentityStore.Decision(author: "test", reason: "a story"))
        }
        guard answer.commits > 0 else { return }
        self.ledger.setOptOut(isOut, person)
        self.reader.forget()
    }

    /// Cancels a job, or queues one that was cancelled again.
    private mutating func stop() async throws {
        let ids = self.jobs.keys.sorted()
        guard !ids.isEmpty else { return }
        let id = ids[self.chance.number(0...ids.count - 1)]
        if self.chance.happens(50) {
            _ = try await self.attempt("cancel") { try await $0.ingest.cancel(id)?.id }
        } else {
            _ = try await self.attempt("retry") { house in
                _ = try await house.ingest.retry(id)
            }
        }
    }

    mutating func breakDown() async throws {
        switch self.chance.number(0...9) {
        case 0..<2:
            self.gate.note("ingest crashes")
            self.house.crash("ingest")
            for place in self.workers.indices { self.workers[place].held = [] }
        case 2..<4:
            self.gate.note("scoring crashes")
            self.house.crash("scoring")
        case 4..<6:
            self.gate.note("ranking crashes")
            self.house.crash("ranking")
        case 6..<8:
            _ = try await self.attempt("scoring follows anew") {
                try await $0.withActivity { try await $0.followAnew() }
            }
        case _:
            _ = try await self.attempt("ranking follows anew") {
                try await $0.withScores { try await $0.followAnew() }
            }
        }
    }
}
