import HTTPClient
import JSON
import ServiceKit
import Synchronization
import TestKit
import Testing

@testable import Ingest

/// What is tried again and what is not, and for how long.
@Suite struct BigQueryWebTests {
    /// A peer without a socket: gives its answers in order, the last again and again.
    private final class Peer: Sendable {
        let time = FakeTime()
        private let answers: [Result<HTTPClient.Answer, HTTPClient.Failure>]
        private let asked = Mutex(0)
        var count: Int { asked.withLock { $0 } }

        init(_ answers: [Result<HTTPClient.Answer, HTTPClient.Failure>]) { self.answers = answers }

        var web: BigQueryWeb {
            BigQueryWeb(
                address: "http://x.example", tokens: nil,
                send: { _, _ in
                    let number = self.asked.withLock { count in
                        defer { count += 1 }
                        return count
                    }
                    return try self.answers[min(number, self.answers.count - 1)].get()
                }, timing: time.timing, metrics: MetricsRegistry())
        }
    }

    private static func answer(
        _ status: Int, _ body: String = "{}", retryAfter: Duration? = nil
    ) -> Result<HTTPClient.Answer, HTTPClient.Failure> {
        .success(
            HTTPClient.Answer(
                response: HTTPClient.Response(status: status, retryAfter: retryAfter),
                body: Array(body.utf8)))
    }

    private static func failed(
        _ kind: HTTPClient.Failure.Kind
    ) -> Result<HTTPClient.Answer, HTTPClient.Failure> {
        .failure(HTTPClient.Failure(kind: kind, message: "words"))
    }

    @Test(arguments: [
        "rateLimitExceeded", "backendError", "internalError", "badGateway", "jobBackendError",
        "jobInternalError", "jobRateLimitExceeded",
    ])
    func `SRC-25 these reasons are tried again, whatever the status`(reason: String) async throws {
        let peer = Peer([Self.answer(403, BigQueryServer.fault(reason)), Self.answer(200)])
        _ = try await peer.web.call("/x")
        #expect(peer.count == 2)
        #expect(peer.time.slept == [.seconds(1)])
    }

    @Test(arguments: [
        "quotaExceeded", "accessDenied", "notFound", "invalidQuery", "responseTooLarge",
        "bytesBilledLimitExceeded", "billingNotEnabled", "somethingNew",
    ])
    func `SRC-25 other reasons never are, even with 500 or 503`(reason: String) async throws {
        for status in [400, 403, 500, 503] {
            let peer = Peer([Self.answer(status, BigQueryServer.fault(reason))])
            let fault = await #expect(throws: BigQueryFault.self) {
                _ = try await peer.web.call("/x")
            }
            #expect(fault?.reason == reason)
            #expect(fault?.failure.canPass == false)
            #expect(peer.count == 1)
        }
    }

    @Test(arguments: [429, 500, 502, 503])
    func `SRC-25 these statuses without a reason are tried again`(status: Int) async throws {
        let peer = Peer([Self.answer(status, "<html>"), Self.answer(200)])
        _ = try await peer.web.call("/x")
        #expect(peer.count == 2)
    }

    @Test(arguments: [400, 403, 404, 405, 412, 501, 504])
    func `SRC-25 other statuses without a reason are not`(status: Int) async {
        let peer = Peer([Self.answer(status, "")])
        await #expect(throws: BigQueryFault.self) { _ = try await peer.web.call("/x") }
        #expect(peer.count == 1)
    }

    @Test func `SRC-25 a broken connection is tried again, TLS that is wrong never`() async throws {
        let broken = Peer([Self.failed(.broken), Self.failed(.timedOut), Self.answer(200)])
        _ = try await broken.web.call("/x")
        #expect(broken.count == 3)
        let untrusted = Peer([Self.failed(.untrusted)])
        let fault = await #expect(throws: BigQueryFault.self) {
            _ = try await untrusted.web.call("/x")
        }
        #expect(untrusted.count == 1)
        #expect(fault?.message == "BigQuery cannot be reached: words")
    }

    @Test func `SRC-25 pauses double to half a minute, and after ten minutes it is enough`() async {
        let peer = Peer([Self.answer(503, "")])
        await #expect(throws: BigQueryFault.self) { _ = try await peer.web.call("/x") }
        let first = Array(peer.time.slept.prefix(7))
        #expect(first == [1, 2, 4, 8, 16, 32, 32].map { Duration.seconds($0) })
        let total = peer.time.slept.reduce(.zero, +)
        #expect(total <= .seconds(600))
        #expect(total > .seconds(500))
    }

    @Test func `SRC-25 what Google asks to wait is waited`() async throws {
        let peer = Peer([
            Self.answer(429, "", retryAfter: .seconds(40)), Self.answer(200),
        ])
        _ = try await peer.web.call("/x")
        #expect(peer.time.slept == [.seconds(40)])
    }

    @Test func `SRC-25 a job that never ends is given up after forty minutes`() async {
        let peer = Peer([Self.answer(200, #"{"jobComplete":false}"#)])
        let client = BigQueryClient(web: peer.web, project: "p", location: "US")
        let fault = await #expect(throws: BigQueryFault.self) {
            _ = try await client.firstPage(of: "x")
        }
        #expect(fault?.reason == "tooSlow")
        #expect(fault?.failure.canPass == true)
        #expect(peer.time.slept.reduce(.zero, +) == .seconds(2400))
    }

    @Test(arguments: [("a b/c?d", "a%20b%2Fc%3Fd"), ("A-z_0.~", "A-z_0.~"), ("é", "%C3%A9")])
    func `what stands in an address is escaped`(text: String, escaped: String) {
        #expect(BigQueryWeb.escaped(text) == escaped)
    }
}
