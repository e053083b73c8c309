import GitHubData
import JSON
import ServiceKit
import TallyAPI
import Testing

@testable import Ingest

@Suite struct DayCounterTests {
    private func push(
        _ id: String, _ commits: Int64, type: String = "PushEvent", by login: String = "ann"
    ) throws -> GitHubEvent {
        var fields = EventFields()
        (fields.type, fields.id, fields.createdAt) = (type, id, "2024-05-01T10:00:00Z")
        (fields.repositoryID, fields.repository) = (7, "o/n")
        (fields.actorID, fields.login, fields.distinctSize) = (5, login, commits)
        return try #require(GitHubEvent(fields))
    }

    private func counted(_ events: [GitHubEvent]) throws -> RepositoryDay {
        var counter = DayCounter()
        for event in events { counter.count(event, in: 7) }
        #expect(counter.repositories.count == 1)
        return try #require(counter.repositories.first)
    }

    @Test func `SRC-04 an event counts once`() throws {
        let day = try self.counted([self.push("12", 3), self.push("12", 3), self.push("13", 4)])
        #expect(day.counters[5]?.commits == 7)
        #expect(day.events == 2)
    }

    @Test(arguments: [("12", "012"), ("12", "+12"), ("12", "twelve"), ("0", "00"), ("", "0")])
    func `ids that are written in different ways are different`(one: String, other: String) throws {
        let day = try self.counted([self.push(one, 1), self.push(other, 1), self.push(one, 1)])
        #expect(day.counters[5]?.commits == 2)
    }

    @Test func `sizes whose sum is beyond 64 bits stay at the largest value`() throws {
        let day = try self.counted((1...3).map { try self.push("\($0)", .max) })
        #expect(day.counters[5]?.commits == .max)
    }

    @Test func `thousands of contributors keep their own counts`() throws {
        var counter = DayCounter()
        for number in 1...5000 {
            var fields = EventFields()
            (fields.type, fields.id) = ("PushEvent", "\(number)")
            fields.createdAt = "2024-05-01T10:00:00Z"
            (fields.repositoryID, fields.repository) = (Int64(number % 7), "o/n")
            (fields.actorID, fields.login) = (Int64(number), "p\(number)")
            fields.distinctSize = Int64(number)
            counter.count(try #require(GitHubEvent(fields)), in: Int64(number % 7))
        }
        let days = counter.repositories
        #expect(days.map(\.repositoryId) == Array(0..<7))
        for day in days {
            for (id, counters) in day.counters {
                #expect(id % 7 == day.repositoryId && counters.commits == UInt64(id))
                #expect(day.people[id]?.login == "p\(id)")
            }
        }
        #expect(days.reduce(0) { $0 + $1.counters.count } == 5000)
    }
}

@Suite struct PlacesTests {
    /// All of them want the same slot.
    private struct Crowd: PlaceKey {
        let number: Int
        var bits: UInt64 { 1 }
    }

    @Test func `keys of the same hash have places of their own`() {
        var places = Places<Crowd>()
        for number in 0..<100 {
            let (place, isNew) = places.place(of: Crowd(number: number))
            #expect(place == number && isNew)
        }
        for number in 0..<100 {
            let (place, isNew) = places.place(of: Crowd(number: number))
            #expect(place == number && !isNew)
        }
    }
}
