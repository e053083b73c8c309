@testable import Gateway
import HTTPCore
import RPCCore
import ServiceKit
import TallyAPI
import Testing

/// Conventions of http.md section 1.
@Suite struct ConventionTests {
    @Test(arguments: [
        (StatusCode.invalidArgument, 400), (.notFound, 404), (.unavailable, 503),
        (.deadlineExceeded, 504), (.aborted, 409), (.permissionDenied, 403), (.internalError, 500),
        (.unauthenticated, 401), (.resourceExhausted, 429), (.unimplemented, 501),
        (.cancelled, 499), (.unknown, 500), (.outOfRange, 400),
    ])
    func `a status becomes the HTTP status of the table`(code: StatusCode, status: Int) {
        #expect(Problem(RPCError(code, "x"), service: "ingest").status == status)
    }

    @Test(arguments: [
        ("0af7651916cd43dd8448eb211c80319c", true), ("0AF76519-16CD-43DD-8448-EB211C80319C", true),
        ("my-request-7", false),
    ])
    func `a request's id is the trace of the calls behind it, or leads to one`(
        id: String, isTrace: Bool
    ) {
        let trace = Exchange.trace(id)
        #expect((trace.id == "0af7651916cd43dd8448eb211c80319c") == isTrace)
        #expect(trace.id == Exchange.trace(id).id)
        let request = HTTPRequest(method: "GET", path: "/", query: "")
        let made = Exchange.id(of: request)
        #expect(Exchange.trace(made).id == made)
    }

    @Test func `an inner address stays inside`() {
        let error = RPCError(.unavailable, "127.0.0.1:7101: connection refused")
        let problem = Problem(error, service: "ingest")
        #expect(!problem.detail.contains("7101"))
        #expect(problem.retryAfterSeconds == 1)
    }

    @Test(arguments: [
        (
            "page=2&page_size=10&window=90d", 2 as UInt32, 35 as UInt64,
            ["page=1", "page=4", "page=1", "page=3"]
        ),
        ("", 1, 5, ["page=1", "page=1"]),
    ])
    func `links name the pages around`(
        query: String, page: UInt32, total: UInt64, pages: [String]
    ) {
        let request = HTTPRequest(method: "GET", path: "/x", query: query)
        let link = PageLinks.field(request, page: page, size: 10, total: total).value
        let found = link.split(separator: "<").map { part in
            String(part.drop { $0 != "?" }.dropFirst().prefix { $0 != "&" && $0 != ">" })
        }
        #expect(found == pages)
        if !query.isEmpty { #expect(link.contains("window=90d")) }
    }

    @Test func `BAD-08 a name cannot become a formula or break a line of CSV`() {
        let entry = BoardEntry(rank: 1, contributorId: 5, login: "=cmd(),\"x\"", score: 1_500)
        let line = BoardCSV.line(entry)
        #expect(line.hasPrefix("1,\"'=cmd(),\"\"x\"\"\",5,false,1.5,"))
    }

    @Test func `scores are exact decimals with at most three digits`() {
        let numbers: [(Int64, String)] = [
            (0, "0"), (5, "0.005"), (10, "0.01"), (1_234_567, "1234.567"), (10_000, "10"),
            (-1, "-0.001"), (.max, "9223372036854775.807"),
        ]
        for (thousandths, text) in numbers {
            #expect(JSONWriter.decimal(thousandths: thousandths) == text)
        }
    }

    private let rules = AccessRules(token: "secret", origins: ["https://board.example"])

    private func status(_ fields: [HTTPField]) -> Int? {
        do throws(Problem) {
            try self.rules.checkWrite(HTTPRequest(method: "POST", path: "/", fields: fields))
            return nil
        } catch { return error.status }
    }

    @Test func `writes need the token, and pages of other sites may not write`() {
        let right = HTTPField("Authorization", "Bearer secret")
        #expect(self.status([]) == 401)
        #expect(self.status([HTTPField("Authorization", "Bearer secre")]) == 401)
        #expect(self.status([right]) == nil)
        #expect(self.status([right, HTTPField("Origin", "https://evil.example")]) == 403)
        #expect(self.status([right, HTTPField("Origin", "https://board.example")]) == nil)
        let own = [HTTPField("Host", "x:1"), HTTPField("Origin", "http://x:1"), right]
        #expect(self.status(own) == nil)
    }

    @Test func `weeks begin on Monday and months on the first`() {
        let days = ["2026-11-22", "2026-11-23", "2026-11-24", "2026-12-01"].compactMap {
            CivilDay($0)?.rawValue
        }
        let points = days.map { ActivityPoint(day: $0, counters: Counters(commits: 1)) }
        let weeks = ActivityGroups.grouped(points, by: "week")
        #expect(
            weeks.map { "\(CivilDay(rawValue: $0.day)) \($0.counters?.commits ?? 0)" } == [
                "2026-11-16 1", "2026-11-23 2", "2026-11-30 1",
            ])
        let months = ActivityGroups.grouped(points, by: "month")
        #expect(months.map { $0.counters?.commits ?? 0 } == [3, 1])
    }

    @Test func `a request id is kept when it is well-formed and made when it is not`() {
        let good = HTTPRequest(
            method: "GET", path: "/", fields: [HTTPField("X-Request-Id", "abc-1")])
        #expect(Exchange.id(of: good) == "abc-1")
        let bad = HTTPRequest(
            method: "GET", path: "/", fields: [HTTPField("X-Request-Id", "a b\"")])
        #expect(Exchange.id(of: bad).count == 32)
    }
}
