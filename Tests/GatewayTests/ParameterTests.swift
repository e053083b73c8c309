@testable import Gateway
import HTTPCore
import Testing

/// What a query and a path may say (BAD-06, BAD-07).
@Suite struct ParameterTests {
    private func parameters(_ query: String) throws -> Parameters {
        try Parameters(HTTPRequest(method: "GET", path: "/", query: query))
    }

    private func problem(_ body: () throws -> Void) -> Problem? {
        do {
            try body()
            return nil
        } catch { return error as? Problem }
    }

    @Test func `BAD-06 what nobody asked for is refused by name`() {
        let problem = self.problem { try self.parameters("colour=red").finish() }
        #expect(problem?.status == 400)
        #expect(problem?.detail.contains("colour") == true)
    }

    @Test func `BAD-06 a parameter that stands twice is refused`() {
        #expect(self.problem { _ = try self.parameters("page=1&page=2") }?.status == 400)
    }

    @Test(arguments: ["0", "-1", "1001", "x", "+5", "1e3", "99999999999999999999", "%20"])
    func `BAD-06 a number out of its range is refused`(text: String) {
        let problem = self.problem {
            var parameters = try self.parameters("page_size=\(text)")
            _ = try parameters.page(sizeMax: 1000)
        }
        #expect(problem?.code == "invalid_parameter")
        #expect(problem?.detail.contains("page_size") == true)
    }

    @Test(arguments: [1, 2, 999, 1000])
    func `a number in its range is taken`(size: Int) throws {
        var parameters = try self.parameters("page_size=\(size)")
        #expect(try parameters.page(sizeMax: 1000).size == UInt32(size))
    }

    @Test(arguments: [
        "..", "a/b/c", "a b/c", "/", "a/", "/b", "a/..", "a/x.git", "ä/b", "a/b?c",
        "https://evil.example/a/b", "a/" + String(repeating: "b", count: 101),
        String(repeating: "a", count: 40) + "/b", "a;drop table/b", "$(rm)/b",
    ])
    func `BAD-07 a name that cannot be a repository is refused`(text: String) {
        #expect(self.problem { _ = try RepositoryPath(text: text) }?.status == 400)
    }

    @Test(arguments: [
        "duckdb/duckdb", "https://github.com/duckdb/duckdb", "http://github.com/duckdb/duckdb.git",
        "github.com/duckdb/duckdb/",
    ])
    func `a repository is taken by its name or its address on GitHub`(text: String) throws {
        #expect(try RepositoryPath(text: text).fullName == "duckdb/duckdb")
    }

    @Test(arguments: ["ingest.1", "ingest.812-ranking.0-scoring.40"])
    func `a cursor reads what it wrote`(text: String) {
        #expect(LogCursor(text)?.description == text)
    }

    @Test(arguments: [
        "", "x", "ingest", "ingest.-1", "ingest.1-ingest.2", "gateway.1", "ingest.1-",
    ])
    func `BAD-09 a cursor of nonsense is refused`(text: String) {
        #expect(LogCursor(text) == nil)
    }

    @Test(arguments: [
        ("{", "JSON"), ("[]", "object"), ("{\"a\":1,\"a\":2}", "twice"),
        ("{\"colour\":1}", "colour"),
        ("{\"repository\":5}", "repository"), ("{\"repository\":\"a/b\",\"owner\":\"c\"}", "owner"),
        ("{\"repository\":\"a/b\",\"scrape\":{\"since\":\"2023-13-01\"}}", "since"),
        (
            #"{"repository":"a/b","scrape":{"since":"2023-02-02","until":"2023-02-01"}}"#,
            "since"
        ),
        ("{}", "repository"),
    ])
    func `BAD-05 a body that is not what it should be is refused with its place`(
        text: String, word: String
    ) {
        let problem = self.problem {
            let request = HTTPRequest(method: "POST", path: "/", body: Array(text.utf8))
            let body = try RequestBody(
                request, keys: ["owner", "name", "repository", "scrape"])
            _ = try body.repository()
            _ = try body.scrape()
        }
        #expect(problem?.status == 400)
        #expect(problem?.detail.contains(word) == true)
    }
}
