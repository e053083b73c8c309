import Crypto
import HTTPClient
import JSON
import ServiceKit
import Synchronization
import TestKit
import Testing

@testable import Ingest

@Suite struct BigQueryAuthTests {
    let world: BigQueryWorld

    init() async throws { world = try await BigQueryWorld() }

    private func source(_ logger: Logger = .silent) throws -> BigQuerySource {
        world.source(
            account: try TestAccount.account(tokenURI: world.google.url + "/token"),
            logger: logger)
    }

    /// The bytes of base64 for addresses.
    private static func bytes(_ text: Substring) -> [UInt8] {
        let plain = text.replacing("-", with: "+").replacing("_", with: "/")
        return Text.bytes(base64: plain + String(repeating: "=", count: (4 - plain.count % 4) % 4))
            ?? []
    }

    @Test func `SRC-22 a signed assertion is given for a token, and the token goes with each call`()
        async throws
    {
        world.google.rows([BigQueryServer.push(100, 4)])
        _ = try await world.scan(try source(), 100...100)
        let request = try #require(world.google.requests(.token).first)
        #expect(request.headers["content-type"] == "application/x-www-form-urlencoded")
        let form = request.body.split(separator: "&")
        #expect(form[0] == "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer")
        let parts = try #require(form[1].split(separator: "=").last).split(separator: ".")
        let header = try JSONReader.read(Self.bytes(parts[0]))
        #expect(header["alg"]?.string == "RS256")
        #expect(header["typ"]?.string == "JWT")
        #expect(header["kid"]?.string == "key-1")
        let claims = try JSONReader.read(Self.bytes(parts[1]))
        let now = Int64(20_000) * 86_400
        #expect(claims["iss"]?.string == TestAccount.email)
        #expect(claims["aud"]?.string == world.google.url + "/token")
        #expect(claims["scope"]?.string == "https://www.googleapis.com/auth/bigquery")
        #expect(claims["iat"]?.int == now)
        #expect(claims["exp"]?.int == now + 3600)
        // RSA with 2048 bits.
        #expect(Self.bytes(parts[2]).count == 256)
        for call in [BigQueryServer.Call.dryRun, .insert, .results, .job] {
            for request in world.google.requests(call) {
                #expect(request.headers["authorization"] == "Bearer secret-token-1")
            }
        }
        #expect(world.google.requests(.token).count == 1)
    }

    @Test func `SRC-22 a token is renewed five minutes before it ends`() async throws {
        let source = try source()
        _ = try await source.client.job("x")
        world.time.advance(.seconds(3299))
        _ = try await source.client.job("x")
        #expect(world.google.requests(.token).count == 1)
        world.time.advance(.seconds(2))
        _ = try await source.client.job("x")
        #expect(world.google.requests(.token).count == 2)
        let last = try #require(world.google.requests(.job).last)
        #expect(last.headers["authorization"] == "Bearer secret-token-2")
    }

    @Test func `SRC-22 a short-lived token is used for half its time`() async throws {
        world.google.tokenLifetime(60)
        let source = try source()
        _ = try await source.client.job("x")
        world.time.advance(.seconds(29))
        _ = try await source.client.job("x")
        #expect(world.google.requests(.token).count == 1)
        world.time.advance(.seconds(2))
        _ = try await source.client.job("x")
        #expect(world.google.requests(.token).count == 2)
    }

    @Test func `SRC-22 a token that is refused is replaced once`() async throws {
        world.google.script(.job, .answer(401, [], ""))
        let source = try source()
        _ = try await source.client.job("x")
        #expect(world.google.requests(.token).count == 2)
        for _ in 0..<2 { world.google.script(.job, .answer(401, [], "")) }
        await #expect(throws: BigQueryFault.self) { _ = try await source.client.job("x") }
        #expect(world.google.requests(.token).count == 3)
    }

    @Test func `SRC-22 a refused grant is named, for good, without a secret in error or log`()
        async throws
    {
        let lines = Mutex<[String]>([])
        let logger = Logger(service: "ingest", level: .debug, clock: world.time.clock) { line in
            lines.withLock { $0.append(line) }
        }
        world.google.script(
            .token,
            .answer(400, [], #"{"error":"invalid_grant","error_description":"account gone"}"#))
        let failure = try #require(await world.failure(try source(logger)))
        #expect(failure.code == "bigquery_auth")
        #expect(!failure.canPass)
        #expect(failure.message.contains(TestAccount.email))
        #expect(failure.message.contains("invalid_grant"))
        #expect(failure.message.contains("key was not deleted"))
        for text in lines.withLock({ $0 }) + [failure.message] {
            #expect(!text.contains(TestAccount.secret))
            #expect(!text.contains("secret-token"))
            #expect(!text.contains("eyJ"))
        }
    }

    @Test(arguments: [(7200, "ahead of"), (-7200, "behind")])
    func `SRC-22 a clock that is wrong is told with the difference`(
        skew: Int, word: String
    ) async throws {
        // Google's answer is of 2024-10-04T00:00:00Z.
        let date = Timestamp(rawValue: CivilDay(rawValue: 20_000).startMicroseconds)
        world.time.wall.withLock {
            $0 = Timestamp(rawValue: date.rawValue + Int64(skew) * 1_000_000)
        }
        world.google.script(
            .token,
            .answer(
                400, [("Date", "Fri, 04 Oct 2024 00:00:00 GMT")], #"{"error":"invalid_grant"}"#))
        let failure = try #require(await world.failure(try source()))
        #expect(failure.message.contains("clock is 7200 s \(word) Google's"))
    }

    @Test func `SRC-22 the token service's own trouble passes`() async throws {
        for status in [500, 503] { world.google.script(.token, .answer(status)) }
        _ = try await world.scan(try source(), 100...100)
        #expect(world.google.requests(.token).count == 3)
    }

    @Test(arguments: [
        ("private_key", "\"no key\"", "no private key in PEM"),
        ("client_email", "", "client_email"),
        ("private_key", "", "private_key"), ("token_uri", "\"ftp://x\"", "no address"),
        ("type", "\"authorized_user\"", "service_account"), ("project_id", "1", "project_id"),
    ])
    func `SRC-22 what is wrong with a key file is named, and nothing of the key`(
        member: String, text: String, words: String
    ) throws {
        let file = TestAccount.file(tokenURI: "https://x.example/token", [member: text])
        let fault = #expect(throws: ServiceAccount.Fault.self) { _ = try ServiceAccount(file) }
        #expect(fault?.message.contains(words) == true)
        #expect(fault?.message.contains(TestAccount.secret) == false)
    }

    @Test func `SRC-22 a key file that is no JSON is told so`() {
        let fault = #expect(throws: ServiceAccount.Fault.self) {
            _ = try ServiceAccount("-----BEGIN")
        }
        #expect(fault?.message == "it is not the JSON file of a service account's key")
    }

    @Test func `an account shows nothing but its address`() throws {
        let account = try TestAccount.account(tokenURI: "https://x.example/token")
        #expect("\(account)" == TestAccount.email)
    }
}
