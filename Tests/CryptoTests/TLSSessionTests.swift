import TestKit
import Testing

@testable import Crypto

/// Two ends of TLS without a socket.
@Suite struct TLSSessionTests {
    private static let authority = Result { try TestAuthority() }
    private static let issued = Result {
        try authority.get().issue(
            "scoring", alternatives: ["DNS:scoring.example", "URI:tally://scoring", "IP:10.1.2.3"])
    }

    static func credentials(
        _ issued: TestAuthority.Issued?, believing authority: TestAuthority?
    ) throws -> TLSCredentials {
        TLSCredentials(
            certificate: try issued.map { try bytes(of: $0.certificate) } ?? [],
            key: try issued.map { try bytes(of: $0.key) } ?? [],
            authorities: try authority.map { try bytes(of: $0.certificate) } ?? [])
    }

    private func pair(name: String = "scoring.example") throws -> (TLSSession, TLSSession) {
        let own = try Self.credentials(Self.issued.get(), believing: Self.authority.get())
        let live = try LiveCredentials(own, protocolName: "tally-rpc/1")
        return (try live.calling(name), try live.accepting())
    }

    /// Moves ciphertext from one end to the other, so many bytes at a time.
    private func move(_ from: TLSSession, _ to: TLSSession, step: Int = .max) throws -> Int {
        let bytes = from.takeOutput()
        var rest = bytes[...]
        while !rest.isEmpty {
            let piece = rest.prefix(step)
            piece.withUnsafeBytes { to.receive($0) }
            rest = rest.dropFirst(piece.count)
            if !to.isEstablished { _ = try to.advance() }
        }
        return bytes.count
    }

    private func shakeHands(_ client: TLSSession, _ server: TLSSession, step: Int = .max) throws {
        _ = try client.advance()
        while try self.move(client, server, step: step) + self.move(server, client, step: step) > 0
        {}
    }

    private func read(_ session: TLSSession, _ most: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: most)
        while case .bytes(let count) = try buffer.withUnsafeMutableBytes({ raw in
            try session.read(into: raw)
        }) {
            bytes += buffer[..<count]
        }
        return bytes
    }

    @Test(arguments: [1, 7, Int.max])
    func `a handshake in pieces of any size ends with both names known`(step: Int) throws {
        let (client, server) = try self.pair()
        try self.shakeHands(client, server, step: step)
        #expect(client.isEstablished && server.isEstablished)
        let identity = PeerIdentity(
            commonName: "scoring", alternativeNames: ["scoring.example", "tally://scoring"])
        #expect(server.identity == identity)
        #expect(client.identity == identity)
        #expect(identity.holds("tally://scoring") && !identity.holds("coring"))
    }

    @Test(arguments: [1, 16_383, 16_384, 16_385, 300_000])
    func `plaintext of any size comes out as it went in`(size: Int) throws {
        let (client, server) = try self.pair()
        try self.shakeHands(client, server)
        let plaintext = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try client.write(plaintext)
        _ = try self.move(client, server)
        #expect(try self.read(server, 65536) == plaintext)
    }

    @Test func `keys change on the way, by one side or by both, and nothing is lost`() throws {
        let (client, server) = try self.pair()
        try self.shakeHands(client, server)
        client.bytesPerKey = 100
        server.changeKeys(both: true)
        for round in 0..<50 {
            let plaintext = [UInt8](repeating: UInt8(round), count: 60)
            try client.write(plaintext)
            _ = try self.move(client, server)
            #expect(try self.read(server, 1000) == plaintext)
            try server.write(plaintext)
            _ = try self.move(server, client)
            #expect(try self.read(client, 1000) == plaintext)
        }
    }

    @Test func `an end is told, and is no error`() throws {
        let (client, server) = try self.pair()
        try self.shakeHands(client, server)
        client.end()
        _ = try self.move(client, server)
        var buffer = [UInt8](repeating: 0, count: 16)
        #expect(try buffer.withUnsafeMutableBytes { try server.read(into: $0) } == .ended)
    }

    @Test func `a spoilt record is an error`() throws {
        let (client, server) = try self.pair()
        try self.shakeHands(client, server)
        try client.write([1, 2, 3])
        var record = client.takeOutput()
        record[record.count - 1] ^= 1
        record.withUnsafeBytes { server.receive($0) }
        #expect(throws: TLSError.self) { try self.read(server, 16) }
    }

    @Test(arguments: [
        ("scoring.example", true), ("10.1.2.3", true), ("other.example", false),
        ("10.1.2.4", false), ("scoring", false),
    ])
    func `a server must hold the name or number that was called`(name: String, isHeld: Bool) throws
    {
        let (client, server) = try self.pair(name: name)
        do {
            try self.shakeHands(client, server)
            #expect(isHeld)
        } catch let error as TLSError {
            #expect(!isHeld)
            #expect(error.message.contains("it does not hold \(name)"))
        }
    }

    @Test func `new credentials are for new sessions`() throws {
        let authority = try Self.authority.get()
        let live = try LiveCredentials(
            Self.credentials(authority.issue("old"), believing: authority), protocolName: "x")
        let before = (try live.calling("localhost"), try live.accepting())
        try live.replace(by: Self.credentials(authority.issue("new"), believing: authority))
        let after = (try live.calling("localhost"), try live.accepting())
        try self.shakeHands(before.0, before.1)
        try self.shakeHands(after.0, after.1)
        #expect(before.1.identity?.commonName == "old" && after.1.identity?.commonName == "new")
        #expect(throws: TLSError.self) { try live.replace(by: TLSCredentials(certificate: [1])) }
        #expect(live.canAccept)
    }
}

@Suite struct TLSCredentialsTests {
    private static let now: Int64 = 1_795_000_000

    private func faults(_ credentials: TLSCredentials, at now: Int64? = nil) throws -> [String] {
        let expiry = try #require(credentials.expiry)
        return credentials.faults(at: now ?? expiry - 3600).map { "\($0.part): \($0.message)" }
    }

    @Test func `dates count to the second`() throws {
        let authority = try TestAuthority()
        let own = try TLSSessionTests.credentials(authority.issue("a"), believing: authority)
        let expiry = try #require(own.expiry)
        #expect(try self.faults(own, at: expiry) == [])
        let wrong = try self.faults(own, at: expiry + 1)
        #expect(wrong.contains { $0.hasPrefix("certificate: has expired") })
        let early = try self.faults(own, at: expiry - 3 * 86_400)
        #expect(early.contains { $0.hasPrefix("certificate: is not valid yet") })
    }

    @Test func `everything that is wrong is told at once`() throws {
        let authority = try TestAuthority()
        var own = try TLSSessionTests.credentials(authority.issue("a"), believing: authority)
        own.key = try bytes(of: authority.issue("b").key)
        own.authorities = Array("no certificate".utf8)
        #expect(
            try self.faults(own) == [
                "key: is not the key of the certificate",
                "authorities: holds no PEM certificate",
            ])
        own.key = []
        #expect(try self.faults(own).first == "key: holds no PEM key, or one with a passphrase")
    }
}
