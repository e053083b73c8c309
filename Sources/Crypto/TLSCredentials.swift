private import COpenSSL

/// What one side of a TLS connection shows, and whom it believes; as PEM text.
public struct TLSCredentials: Sendable {
    /// Parts that can be wrong.
    public enum Part: Sendable, Hashable {
        /// The own certificate with those between it and its authority.
        case certificate
        /// The key of the own certificate.
        case key
        /// The authorities whose signatures count.
        case authorities
    }

    /// What is wrong with one part.
    public struct Fault: Sendable, Hashable {
        /// Which part.
        public let part: Part
        /// What is wrong, in words that tell what to do.
        public let message: String
    }

    /// The own certificate first, then those between it and its authority; empty = none is shown.
    public var certificate: [UInt8]
    /// The key of the own certificate, without a passphrase; a secret.
    public var key: [UInt8]
    /// The authorities whose signatures count. Empty: callers believe those of the system, and a
    /// server asks its clients for no certificate.
    public var authorities: [UInt8]

    /// Makes credentials of PEM text.
    public init(certificate: [UInt8] = [], key: [UInt8] = [], authorities: [UInt8] = []) {
        self.certificate = certificate
        self.key = key
        self.authorities = authorities
    }

    /// Everything that is wrong at a time, in seconds since 1970; empty when all can be used.
    public func faults(at now: Int64) -> [Fault] {
        var faults: [Fault] = []
        func note(_ part: Part, _ message: String?) {
            if let message { faults.append(Fault(part: part, message: message)) }
        }
        if !self.certificate.isEmpty {
            let leaf = Certificate.read(self.certificate).first
            note(.certificate, leaf.map { $0.validityFault(at: now) } ?? Self.noCertificate)
            note(.key, self.keyFault(leaf))
        }
        if !self.authorities.isEmpty {
            let all = Certificate.read(self.authorities)
            let problems = all.compactMap { $0.validityFault(at: now) }
            // One that has ended may stand beside its successor.
            if problems.count == all.count {
                note(.authorities, problems.first ?? Self.noCertificate)
            }
        }
        return faults
    }

    private static let noCertificate = "holds no PEM certificate"

    private func keyFault(_ leaf: Certificate?) -> String? {
        guard let key = PrivateKey(self.key) else {
            return "holds no PEM key, or one with a passphrase"
        }
        guard let leaf, !key.fits(leaf) else { return nil }
        return "is not the key of the certificate"
    }

    /// When the own certificate ends, in seconds since 1970; nil when there is none.
    public var expiry: Int64? { Certificate.read(self.certificate).first?.notAfter }
}

/// One X.509 certificate.
final class Certificate {
    let pointer: OpaquePointer

    private init(_ pointer: OpaquePointer) { self.pointer = pointer }

    deinit { X509_free(self.pointer) }

    /// All certificates of a PEM text, in order.
    static func read(_ pem: [UInt8]) -> [Certificate] {
        withMemoryBIO(pem) { bio in
            var all: [Certificate] = []
            while let pointer = PEM_read_bio_X509(bio, nil, noPassphrase, nil) {
                all.append(Certificate(pointer))
            }
            // What ends the list is an error of OpenSSL's, too.
            ERR_clear_error()
            return all
        } ?? []
    }

    var notAfter: Int64? { Self.seconds(X509_get0_notAfter(self.pointer)) }

    func validityFault(at now: Int64) -> String? {
        guard let first = Self.seconds(X509_get0_notBefore(self.pointer)), let last = self.notAfter
        else { return "has no readable dates" }
        if now > last { return "has expired; put a new one in its place" }
        return now < first ? "is not valid yet; is this machine's clock right?" : nil
    }

    private static func seconds(_ time: UnsafePointer<ASN1_TIME>?) -> Int64? {
        guard let epoch = ASN1_TIME_set(nil, 0) else { return nil }
        defer { ASN1_TIME_free(epoch) }
        var (days, seconds): (Int32, Int32) = (0, 0)
        guard ASN1_TIME_diff(&days, &seconds, epoch, time) == 1 else { return nil }
        return Int64(days) * 86_400 + Int64(seconds)
    }
}

/// A private key.
final class PrivateKey {
    let pointer: OpaquePointer

    init?(_ pem: [UInt8]) {
        let found = withMemoryBIO(pem) { PEM_read_bio_PrivateKey($0, nil, noPassphrase, nil) }
        ERR_clear_error()
        guard let pointer = found ?? nil else { return nil }
        self.pointer = pointer
    }

    deinit { EVP_PKEY_free(self.pointer) }

    func fits(_ certificate: Certificate) -> Bool {
        defer { ERR_clear_error() }
        return X509_check_private_key(certificate.pointer, self.pointer) == 1
    }
}

/// OpenSSL would ask the terminal for a passphrase; a service has none.
private func noPassphrase(
    _ buffer: UnsafeMutablePointer<CChar>?, _ size: Int32, _ writes: Int32,
    _ data: UnsafeMutableRawPointer?
) -> Int32 { -1 }

private func withMemoryBIO<Value>(_ bytes: [UInt8], _ body: (OpaquePointer) -> Value) -> Value? {
    OpenSSL.prepare()
    guard !bytes.isEmpty, let count = Int32(exactly: bytes.count) else { return nil }
    return bytes.withUnsafeBytes { raw in
        guard let bio = BIO_new_mem_buf(raw.baseAddress, count) else { return nil }
        defer { BIO_free(bio) }
        return body(bio)
    }
}
