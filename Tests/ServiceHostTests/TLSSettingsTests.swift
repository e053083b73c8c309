import Crypto
import Foundation
import RPC
import RPCCore
import ServiceKit
import TallyAPI
import TestKit
import Testing

@testable import ServiceHost

@Suite struct TLSSettingsTests {
    private static let authority = Result { try TestAuthority() }

    private func faults(_ environment: [String: String]) -> [String] {
        var reader = ConfigurationReader(
            environment: environment.merging(
                ["TALLY_DATABASE_URL": "postgresql://tally@127.0.0.1/tally"]) { $1 })
        _ = HostSettings(&reader, TinyProgram.self)
        do throws(ConfigurationFaults) {
            try reader.finish()
            return []
        } catch { return error.faults }
    }

    private func environment(
        _ issued: TestAuthority.Issued, _ more: [String: String] = [:]
    ) throws -> [String: String] {
        [
            "TALLY_RPC_TLS_CERT_FILE": issued.certificate, "TALLY_RPC_TLS_KEY_FILE": issued.key,
            "TALLY_RPC_TLS_CA_FILE": try Self.authority.get().certificate,
        ].merging(more) { $1 }
    }

    @Test(arguments: ["0.0.0.0:7101", "10.0.0.1:7101", "[::]:7101"])
    func `off loopback both sides must prove who they are`(address: String) throws {
        var all = try self.environment(
            Self.authority.get().issue("tiny"), ["TALLY_RPC_LISTEN": address])
        #expect(self.faults(all) == [])
        all["TALLY_RPC_TLS_CA_FILE"] = nil
        let faults = self.faults(all)
        #expect(faults.count == 1)
        #expect(faults.first?.contains("callers must prove who they are") == true)
        #expect(faults.first?.contains("TALLY_RPC_TLS_CA_FILE") == true)
        all["TALLY_RPC_LISTEN"] = "127.0.0.1:7101"
        #expect(self.faults(all) == [])
    }

    @Test func `FLT-40 BAD-10 all that is wrong with the files is told at once`() throws {
        let authority = try Self.authority.get()
        let expired = try authority.issue("tiny", days: -1)
        let other = try authority.issue("other")
        let environment = [
            "TALLY_RPC_TLS_CERT_FILE": expired.certificate, "TALLY_RPC_TLS_KEY_FILE": other.key,
            "TALLY_RPC_TLS_CA_FILE": "/nowhere/ca.pem",
        ]
        #expect(
            self.faults(environment) == [
                "TALLY_RPC_TLS_CA_FILE: the file cannot be read",
                "TALLY_RPC_TLS_CERT_FILE: has expired; put a new one in its place",
                "TALLY_RPC_TLS_KEY_FILE: is not the key of the certificate",
            ])
    }

    @Test func `BAD-10 a key that others may read is refused`() throws {
        let issued = try Self.authority.get().issue("tiny")
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o644], ofItemAtPath: issued.key)
        #expect(
            try self.faults(self.environment(issued)) == [
                "TALLY_RPC_TLS_KEY_FILE: others may read the file; chmod 600 it"
            ])
    }

    @Test func `a certificate without its key, and a key without certificate, are faults`() throws {
        let issued = try Self.authority.get().issue("tiny")
        let alone = self.faults(["TALLY_RPC_TLS_CERT_FILE": issued.certificate])
        #expect(alone.contains { $0.hasPrefix("TALLY_RPC_TLS_KEY_FILE is missing") })
        let key = self.faults(["TALLY_RPC_TLS_KEY_FILE": issued.key])
        #expect(key.contains { $0.hasPrefix("TALLY_RPC_TLS_CERT_FILE is missing") })
    }

    @Test func `names for roles are read, and odd ones named`() {
        var reader = ConfigurationReader(environment: [
            "TALLY_RPC_ROLES": "scoring=a.example, operator=spiffe://house/o, janitor=b, ranking"
        ])
        let roles = RoleNames(&reader)
        #expect(roles.of([.scoring]) == ["scoring", "a.example"])
        func isOperator(_ name: String?) -> Bool {
            roles.stand(for: .operator, in: name.map { PeerIdentity(commonName: $0) })
        }
        #expect(isOperator("spiffe://house/o") && isOperator("operator"))
        #expect(!isOperator("b") && !isOperator(nil))
        let faults = #expect(throws: ConfigurationFaults.self) { try reader.finish() }
        #expect(faults?.faults.count == 2)
    }
}

/// The rule for all services, and a program that runs with mutual TLS.
@Suite(.timeLimit(.minutes(2))) struct CallerTests {
    @Test(arguments: [
        ("gateway", true, true), ("scoring", true, false), ("operator", true, false),
        ("stranger", false, false),
    ])
    func `every role may read, and the gateway alone may write`(
        name: String, reads: Bool, writes: Bool
    ) {
        let write = MethodDescriptor(path: "/x.Y/Put", kind: .unary, idempotency: .idempotent)
        let read = MethodDescriptor(path: "/x.Y/Get", kind: .unary, idempotency: .noSideEffects)
        let list = CallerRules.allowList([write, read], of: TinyProgram.self)
        let caller = PeerIdentity(commonName: name)
        #expect(list.admits(caller, to: read.path, fromThisMachine: false) == reads)
        #expect(list.admits(caller, to: write.path, fromThisMachine: true) == writes)
    }

    @Test func `a drain is taken from this machine or an operator`() {
        let list = CallerRules.allowList(AdminMethods.all, of: TinyProgram.self)
        let drain = AdminMethods.drain.path
        let (gateway, person) = (
            PeerIdentity(commonName: "gateway"), PeerIdentity(commonName: "operator")
        )
        #expect(list.admits(gateway, to: drain, fromThisMachine: true))
        #expect(!list.admits(gateway, to: drain, fromThisMachine: false))
        #expect(list.admits(person, to: drain, fromThisMachine: false))
    }

    private func client(
        _ authority: TestAuthority, _ name: String
    ) throws -> ClientConfiguration {
        let issued = try authority.issue(name)
        var client = ClientConfiguration()
        client.tls = try LiveCredentials(
            TLSCredentials(
                certificate: bytes(of: issued.certificate), key: bytes(of: issued.key),
                authorities: bytes(of: authority.certificate)), protocolName: "tally-rpc/1")
        client.backoffFirst = .milliseconds(10)
        return client
    }

    @Test func `FLT-40 a program with mutual TLS takes new files, and logs whom it refuses`()
        async throws
    {
        let authority = try TestAuthority()
        let own = try authority.issue("tiny")
        let tiny = try await RunningTiny.start(
            migratedDatabase(),
            more: [
                "TALLY_RPC_TLS_CERT_FILE": own.certificate, "TALLY_RPC_TLS_KEY_FILE": own.key,
                "TALLY_RPC_TLS_CA_FILE": authority.certificate,
            ], client: try self.client(authority, "operator"))
        try await tiny.ready()
        // Half of a new pair is not used; the whole is.
        let next = try authority.issue("tiny")
        func put(_ source: String, _ target: String) throws {
            try Data(bytes(of: source)).write(to: URL(fileURLWithPath: target), options: .atomic)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: target)
        }
        try put(next.certificate, own.certificate)
        let kept = await tiny.lines.first(with: "the new certificates are not used")
        #expect(kept.contains("is not the key of the certificate"))
        try put(next.key, own.key)
        _ = await tiny.lines.first(with: "certificates taken")
        // Somebody without a certificate is refused, and the log says why.
        var anonymous = ClientConfiguration()
        anonymous.tls = try LiveCredentials(
            TLSCredentials(authorities: bytes(of: authority.certificate)),
            protocolName: "tally-rpc/1")
        let address = try #require(
            tiny.lines.all.first { $0.contains("listening") }?
                .split(separator: " ").first { $0.hasPrefix("rpc=") })
        let stranger = try RPCChannel(
            String(address.dropFirst(4)), configuration: anonymous, group: tiny.group)
        let error = await #expect(throws: RPCError.self) {
            try await HealthClient(stranger).check(HealthCheckRequest())
        }
        #expect(error?.reason == ErrorReason.tlsFailed)
        let refusal = await tiny.lines.first(with: "client refused")
        #expect(refusal.contains("the client shows no certificate"))
        await stranger.close()
        // The access log names who called, and in which trace.
        let call = await tiny.lines.first(with: "method=/tally.health.v1.Health/Watch")
        #expect(call.contains("identity=operator") && call.contains("trace="))
        #expect(try await tiny.stop() == 0)
    }
}
