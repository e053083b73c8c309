import Glibc
import ServiceKit
import Testing

@testable import ServiceHost

@Suite struct HostSettingsTests {
    private func faults(_ environment: [String: String]) -> [String] {
        var reader = ConfigurationReader(environment: environment) { SystemAccess.readSecret($0) }
        _ = HostSettings(&reader, TinyProgram.self)
        _ = TinyProgram(reading: &reader)
        do throws(ConfigurationFaults) {
            try reader.finish()
            return []
        } catch { return error.faults }
    }

    private static let url = ["TALLY_DATABASE_URL": "postgresql://tally@127.0.0.1/tally"]

    @Test func `the database is all that must be given`() {
        #expect(self.faults(Self.url) == [])
    }

    @Test func `BAD-10 everything that is wrong is told at once`() {
        let faults = self.faults([
            "TALLY_RPC_LISTEN": "7101", "TALLY_ADMIN_LISTEN": "0.0.0.0:80",
            "TALLY_DRAIN_GRACE": "10", "TALLY_LOG_LEVEL": "loud", "TALLY_DATABSE_URL": "x",
        ])
        let names = [
            "TALLY_RPC_LISTEN", "TALLY_ADMIN_LISTEN", "TALLY_DRAIN_GRACE", "TALLY_LOG_LEVEL",
            "TALLY_DATABSE_URL is not known; did you mean TALLY_DATABASE_URL",
            "TALLY_DATABASE_URL is missing",
        ]
        for name in names { #expect(faults.contains { $0.hasPrefix(name) }, "\(name)") }
        #expect(faults.count == names.count)
    }

    @Test(arguments: [
        ("/a.B/C=1", 0), ("/a.B/C=10000, /a.B/D=auto", 0), ("/a.B/C=0", 1), ("/a.B/C=10001", 1),
        ("a.B/C=1", 1), ("/a.B=1", 1), ("/a.B/C", 1), ("/a.B/C=1=1", 1), ("/a.B/C=,x", 2),
    ])
    func `limits of methods are numbers up to 10,000 or auto`(text: String, count: Int) {
        let faults = self.faults(Self.url.merging(["TALLY_CALL_LIMITS": text]) { $1 })
        #expect(faults.count == count)
        #expect(faults.allSatisfy { $0.hasPrefix("TALLY_CALL_LIMITS holds") })
    }

    @Test(arguments: ["0.0.0.0:7101", "10.0.0.1:7101", "[::]:7101", "example.org:7101"])
    func `calls are not taken where others could come from`(address: String) {
        let faults = self.faults(Self.url.merging(["TALLY_RPC_LISTEN": address]) { $1 })
        #expect(faults.count == 1)
    }

    @Test func `variables of a neighbour are no faults, so that one file may serve all four`() {
        let others = [
            "TALLY_HTTP_LISTEN": "127.0.0.1:8080", "TALLY_ADMIN_TOKEN_FILE": "/x",
            "TALLY_ARCHIVE": "/y", "TALLY_MIGRATION_DATABASE_URL": "postgresql://o@h/d",
        ]
        #expect(self.faults(Self.url.merging(others) { $1 }) == [])
    }

    @Test(arguments: [
        "postgresql://tally:secret@127.0.0.1/tally", "postgresql://h/d?user=x&password=secret",
        "host=h password=secret",
    ])
    func `a password in a URL is refused without being repeated`(url: String) {
        let faults = self.faults(["TALLY_DATABASE_URL": url])
        #expect(faults.count == 1)
        #expect(faults.allSatisfy { !$0.contains("secret") })
    }

    /// A file with these rights, removed behind `body`.
    private func withFile(_ text: String, _ rights: mode_t, _ body: (String) -> Void) {
        let path = "/tmp/tally-test-secret-\(UInt64.random(in: 0...UInt64.max))"
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL, 0o600)
        _ = Array(text.utf8).withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        fchmod(descriptor, rights)
        close(descriptor)
        body(path)
        unlink(path)
    }

    @Test(
        arguments: [(0o600, true), (0o640, true), (0o644, false), (0o604, false)]
            as [(mode_t, Bool)])
    func `BAD-10 a secret that others may read is refused`(rights: mode_t, isFine: Bool) {
        self.withFile("secret\n", rights) { path in
            let faults = self.faults(
                Self.url.merging(["TALLY_DATABASE_PASSWORD_FILE": path]) { $1 })
            #expect(faults.isEmpty == isFine)
            #expect(faults.allSatisfy { $0.contains("others may read") })
        }
    }

    @Test func `BAD-10 a secret that is not there is named by its variable`() {
        let faults = self.faults(
            Self.url.merging(["TALLY_DATABASE_PASSWORD_FILE": "/nowhere/secret"]) { $1 })
        #expect(faults == ["TALLY_DATABASE_PASSWORD_FILE: the file cannot be read"])
    }
}
