public import Foundation
import Glibc
import Synchronization

/// A certificate authority of a test's own, made by the openssl program in a folder that is erased
/// with it.
public final class TestAuthority: Sendable {
    /// Files of one certificate.
    public struct Issued: Sendable {
        /// Path of the certificate, PEM.
        public let certificate: String
        /// Path of its key, PEM, for the owner alone.
        public let key: String
    }

    /// Where all files are.
    public let folder: String
    /// Path of the authority's own certificate.
    public var certificate: String { "\(self.folder)/ca.pem" }

    private static let curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]

    /// Makes an authority.
    public init(_ name: String = "authority of a test") throws {
        self.folder = NSTemporaryDirectory() + "tally-test-ca-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: self.folder, withIntermediateDirectories: true)
        Leftovers.add(self.folder)
        try openssl(
            ["req", "-x509"] + Self.curve
                + [
                    "-nodes", "-keyout", "\(self.folder)/ca.key", "-out", self.certificate, "-subj",
                    "/CN=\(name)", "-days", "2",
                ])
    }

    deinit { try? FileManager.default.removeItem(atPath: self.folder) }

    /// Signs a certificate.
    ///
    /// - Parameters:
    ///   - name: its common name.
    ///   - alternatives: what else it is called, as `DNS:name`, `IP:address` or `URI:uri`.
    ///   - days: how long it holds from now on; below 0 it has expired.
    public func issue(
        _ name: String, alternatives: [String] = ["DNS:localhost", "IP:127.0.0.1"], days: Int = 2
    ) throws -> Issued {
        let base = "\(self.folder)/\(UUID().uuidString)"
        try openssl(
            ["req"] + Self.curve
                + [
                    "-nodes", "-keyout", "\(base).key", "-out", "\(base).csr", "-subj",
                    "/CN=\(name)", "-addext",
                    "subjectAltName=" + alternatives.joined(separator: ","),
                ])
        try openssl([
            "x509", "-req", "-in", "\(base).csr", "-CA", self.certificate, "-CAkey",
            "\(self.folder)/ca.key", "-copy_extensions", "copyall", "-days", "\(days)",
            // Not from a file, which two tests would write at once.
            "-set_serial", "\(UInt32.random(in: 1...UInt32.max))", "-out", "\(base).pem",
        ])
        return Issued(certificate: "\(base).pem", key: "\(base).key")
    }
}

/// Folders of authorities that a suite keeps as long as the tests run: nobody ends them before.
private enum Leftovers {
    private static let folders = Mutex<[String]>([])

    static func add(_ folder: String) {
        let isFirst = self.folders.withLock { folders in
            folders.append(folder)
            return folders.count == 1
        }
        guard isFirst else { return }
        atexit {
            for folder in Leftovers.folders.withLock({ $0 }) {
                try? FileManager.default.removeItem(atPath: folder)
            }
        }
    }
}

/// A file's bytes.
public func bytes(of path: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: path)))
}

/// What a program said on both its outputs; standard input is empty.
public struct ProgramOutput: Sendable {
    /// Its exit code.
    public let code: Int32
    /// Both outputs together.
    public let text: String
}

/// Runs a program of the system and waits for its end, on a thread of its own.
public func run(_ program: String, _ arguments: [String]) throws -> ProgramOutput {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [program] + arguments
    let output = Pipe()
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let text = everything(from: output)
    process.waitUntilExit()
    return ProgramOutput(code: process.terminationStatus, text: text)
}

/// What a program writes into a pipe until it closes it. Foundation's own way ends the tests when a
/// signal comes in between, as one does whenever a program of another test ends.
public func everything(from pipe: Pipe) -> String {
    var (all, piece) = ([UInt8](), [UInt8](repeating: 0, count: 64 * 1024))
    while true {
        let count = read(pipe.fileHandleForReading.fileDescriptor, &piece, piece.count)
        if count > 0 { all += piece[..<count] }
        if count == 0 || count < 0 && errno != EINTR { break }
    }
    return String(decoding: all, as: UTF8.self)
}

private func openssl(_ arguments: [String]) throws {
    let done = try run("openssl", arguments)
    guard done.code == 0 else { throw ProgramFailed(text: "openssl: \(done.text)") }
}

private struct ProgramFailed: Error {
    let text: String
}
