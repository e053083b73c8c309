internal import Crypto
internal import ServiceKit

/// Where a process' certificates are; read at the start, and again when a file changed.
struct TLSFiles: Sendable, Hashable {
    /// A file, and what the operator calls it: a variable or a flag.
    struct File: Sendable, Hashable {
        let name: String
        let path: String?
    }

    let certificate: File
    let key: File
    let authorities: File

    /// What both sides of Tally RPC name by ALPN.
    static let protocolName = "tally-rpc/1"

    /// Whether any is named.
    var areNamed: Bool { self.certificate.path != nil || self.authorities.path != nil }
    /// Whether there is a certificate to show.
    var showCertificate: Bool { self.certificate.path != nil }
    /// Whether both sides prove who they are.
    var areMutual: Bool { self.showCertificate && self.authorities.path != nil }

    /// Reads all files.
    ///
    /// - Returns: the credentials, and everything that is wrong with them.
    func load(at now: Timestamp) -> (credentials: TLSCredentials, faults: [String]) {
        var faults: [String] = []
        var credentials = TLSCredentials()
        for (file, other) in [(self.certificate, self.key), (self.key, self.certificate)] {
            if file.path != nil && other.path == nil {
                faults.append("\(other.name) is missing: \(file.name) is of no use without it")
            }
        }
        credentials.certificate = Self.read(self.certificate, &faults) ?? []
        credentials.authorities = Self.read(self.authorities, &faults) ?? []
        let key = self.readKey(&faults)
        credentials.key = key ?? []
        let wrong = credentials.faults(at: now.rawValue / 1_000_000)
        for fault in wrong where fault.part != .key || key != nil {
            faults.append("\(self.name(of: fault.part)): \(fault.message)")
        }
        return (credentials, faults)
    }

    private func name(of part: TLSCredentials.Part) -> String {
        switch part {
        case .certificate: self.certificate.name
        case .key: self.key.name
        case .authorities: self.authorities.name
        }
    }

    private static func read(_ file: File, _ faults: inout [String]) -> [UInt8]? {
        guard let path = file.path else { return nil }
        guard let bytes = SystemAccess.read(path) else {
            faults.append("\(file.name): the file cannot be read")
            return nil
        }
        if bytes.isEmpty { faults.append("\(file.name): the file is empty") }
        return bytes
    }

    private func readKey(_ faults: inout [String]) -> [UInt8]? {
        guard let path = self.key.path else { return nil }
        switch SystemAccess.readSecret(path) {
        case .success(let text): return Array(text.utf8)
        case .failure(.unreadable): faults.append("\(self.key.name): the file cannot be read")
        case .failure(.tooOpen):
            faults.append("\(self.key.name): others may read the file; chmod 600 it")
        }
        return nil
    }

    /// Changes whenever a file does.
    var stamp: [String] {
        [self.certificate, self.key, self.authorities].compactMap(\.path).map {
            SystemAccess.stamp(of: $0)
        }
    }
}
