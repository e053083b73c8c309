import JSON
import ServiceKit
import Synchronization
import TallyAPI
import TestKit
import Testing

@testable import Ingest

/// Queries as Google meets them: paging, polling, places, types.
@Suite struct BigQueryScanTests {
    let world: BigQueryWorld

    init() async throws { world = try await BigQueryWorld() }

    @Test func `SRC-23 rows of many pages become days, and each page is asked for once`()
        async throws
    {
        var rows: [String] = []
        for day in Int32(100)...102 {
            rows += BigQueryServer.hours(day)
            rows += (0..<5).map { BigQueryServer.push(day, 2, by: $0 + 1, hour: 23, id: "\($0)") }
        }
        world.google.rows(rows, ofPage: 7)
        let days = try await world.scan(world.source(), 100...102)
        #expect(days.map(\.day.rawValue) == [100, 101, 102])
        for day in days {
            #expect(day.repositories.map(\.events) == [5])
            #expect(day.repositories.first?.counters[5]?.commits == 2)
            #expect(day.hoursMissing.isEmpty)
        }
        // 3 days of 29 rows, 7 on a page.
        #expect(world.google.requests(.results).count == 13)
        let tokens = world.google.requests(.results).compactMap {
            $0.target.firstMatch(of: /pageToken=(\d+)/).flatMap { Int($0.1) }
        }
        #expect(tokens == Array(stride(from: 7, to: 87, by: 7)))
    }

    @Test func `SRC-23 a job that is not complete is asked for again until it is`() async throws {
        for _ in 0..<3 {
            world.google.script(.results, .answer(200, [], #"{"jobComplete":false}"#))
        }
        world.google.rows([BigQueryServer.push(100, 4)])
        let days = try await world.scan(world.source(), 100...100)
        #expect(days.first?.repositories.first?.counters[1]?.commits == 4)
        #expect(world.google.requests(.results).count == 4)
        // Google answered at once: it is not asked more than once a second.
        #expect(world.time.slept == Array(repeating: .seconds(1), count: 3))
    }

    @Test func `SRC-23 the location goes with every call about a job`() async throws {
        world.google.rows([BigQueryServer.push(100, 4)])
        _ = try await world.scan(world.source(), 100...100)
        for call in [BigQueryServer.Call.results, .job] {
            for request in world.google.requests(call) {
                #expect(request.target.contains("location=US"))
            }
        }
        for call in [BigQueryServer.Call.dryRun, .insert] {
            let body = try world.google.body(call)
            #expect(body["jobReference"]?["location"]?.string == "US")
            #expect(body["jobReference"]?["projectId"]?.string == "payer")
        }
    }

    @Test func `a query is in Google's own dialect, labelled, with its values beside it`()
        async throws
    {
        _ = try await world.scan(
            world.source(),
            [
                BigQueryWorld.target(8, 100...101), BigQueryWorld.target(7, 101...103),
            ])
        let configuration = try #require(try world.google.body(.insert)["configuration"])
        let query = try #require(configuration["query"])
        #expect(query["useLegacySql"]?.bool == false)
        #expect(query["parameterMode"]?.string == "NAMED")
        #expect(configuration["labels"]?["application"]?.string == "tally")
        let parameters = try #require(query["queryParameters"]?.array)
        func value(_ name: String) -> JSONValue? {
            parameters.first { $0["name"]?.string == name }?["parameterValue"]
        }
        // 1970-04-11 to -14, and the table behind.
        #expect(value("first_table")?["value"]?.string == "700411")
        #expect(value("last_table")?["value"]?.string == "700415")
        #expect(value("since")?["value"]?.string == "1970-04-11T00:00:00Z")
        #expect(value("until")?["value"]?.string == "1970-04-15T00:00:00Z")
        let ids = value("repository_ids")?["arrayValues"]?.array?.compactMap { $0["value"]?.string }
        #expect(ids == ["7", "8"])
        #expect(world.google.started.count == 1)
    }

    @Test
    func `hours in which nothing happened anywhere are missing, or pending when they are new`()
        async throws
    {
        // The query starts now; of the day it asks for the last hours are not over.
        let now = try world.number(
            "select (extract(epoch from now()) * 1000000)::bigint as n")
        let today = CivilDay(microseconds: now)
        world.google.rows([BigQueryServer.hour(today.rawValue - 1, 5)])
        let days = try await world.scan(
            world.source(), (today.rawValue - 1)...(today.rawValue + 1))
        #expect(days[0].hoursMissing + days[0].hoursPending == (0..<24).filter { $0 != 5 })
        #expect(days[2].hoursMissing.isEmpty)
        #expect(days[2].hoursPending == Array(0..<24))
    }

    @Test func `SRC-27 a schema that changed fails with words, and no day is delivered`()
        async throws
    {
        world.google.schema(BigQueryServer.schema(without: "actor_id"))
        world.google.rows([BigQueryServer.push(100, 4)])
        let failure = try #require(await world.failure(world.source()))
        #expect(failure.code == "bigquery_bad_reply")
        #expect(failure.message.contains("no column actor_id"))
        #expect(try world.number("select count(*) as n from budget where read_at is null") == 1)
    }

    @Test(arguments: [
        "<html>", "{}", "[1,2", #"{"jobComplete":true}"#,
        #"{"jobComplete":true,"schema":{"fields":[{"name":"x"}]}}"#,
    ])
    func `SRC-27 an answer that is none fails, and may be tried again`(text: String) async throws {
        world.google.script(.results, .answer(200, [], text))
        let failure = try #require(await world.failure(world.source()))
        #expect(failure.code == "bigquery_bad_reply")
        #expect(failure.canPass)
        // The next try reads the rows of the query that was paid.
        world.google.rows([BigQueryServer.push(100, 4)])
        let days = try await world.scan(world.source(), 100...100)
        #expect(days.first?.repositories.first?.events == 1)
        #expect(world.google.started.count == 1)
    }

    @Test func `SRC-27 a reply that is cut is asked for again`() async throws {
        world.google.script(.results, .raw("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"job"))
        world.google.rows([BigQueryServer.push(100, 4)])
        let days = try await world.scan(world.source(), 100...100)
        #expect(days.first?.repositories.first?.events == 1)
    }

    @Test func `SRC-27 a cut in the middle of the pages leaves nothing half delivered`()
        async throws
    {
        world.google.rows(
            (0..<9).map { BigQueryServer.push(100 + Int32($0 / 3), 1, id: "\($0)") }, ofPage: 4)
        world.google.script(.results, .answer(200, [], "{}"), takesEffect: false)
        let first = await world.failure(world.source(), 100...102)
        #expect(first?.code == "bigquery_bad_reply")
        let days = try await world.scan(world.source(), 100...102)
        #expect(days.map { $0.repositories.first?.events } == [3, 3, 3])
        #expect(world.google.started.count == 1)
    }

    @Test func `SRC-27 a job that fails inside 200 OK fails with Google's words`() async throws {
        world.google.nextJob(
            error: #"{"reason":"resourcesExceeded","message":"too much at once"}"#)
        world.google.script(
            .results,
            .answer(
                200, [],
                #"{"jobComplete":true,"errors":[{"reason":"resourcesExceeded","message":"x"}]}"#))
        let failure = try #require(await world.failure(world.source()))
        #expect(failure.message == "BigQuery says resourcesExceeded: too much at once")
        #expect(!failure.canPass)
        #expect(try world.bill() == (0, "failed"))
    }

    @Test func `SRC-27 an error of the results is told, and SQL is not repeated`() async throws {
        world.google.nextJob(
            error: #"{"reason":"invalidQuery","message":"Syntax error: select secret from x"}"#)
        let failure = try #require(await world.failure(world.source()))
        #expect(failure.message == "BigQuery says invalidQuery")
        #expect(!failure.canPass)
    }

    @Test func `a name is looked for in the tables of a month, and may be unknown`() async throws {
        let none = try await world.source().find(
            name: "O'Brien/\"x", since: CivilDay(rawValue: 1), until: CivilDay(rawValue: 100))
        #expect(none == nil)
        let query = try #require(try world.google.body(.insert)["configuration"]?["query"])
        let parameters = query["queryParameters"]?.array ?? []
        #expect(parameters.last?["parameterValue"]?["value"]?.string == "o'brien/\"x")
        #expect(query["query"]?.string?.contains("brien") == false)
        #expect(query["query"]?.string?.contains("payload") == false)
        // 31 tables up to 1970-04-11.
        #expect(parameters[0]["parameterValue"]?["value"]?.string == "700312")
        #expect(parameters[1]["parameterValue"]?["value"]?.string == "700411")
    }
}
