private import COpenSSL

/// Who the other end of a TLS connection is, by the names in its verified certificate.
public struct PeerIdentity: Sendable, Hashable, CustomStringConvertible {
    /// The subject's common name; nil when it has none.
    public let commonName: String?
    /// Alternative names that are DNS names or URIs, in the certificate's order.
    public let alternativeNames: [String]

    /// Makes an identity from its names.
    public init(commonName: String?, alternativeNames: [String] = []) {
        self.commonName = commonName
        self.alternativeNames = alternativeNames
    }

    /// Whether the certificate holds exactly this name, as common name or as alternative.
    public func holds(_ name: String) -> Bool {
        self.commonName == name || self.alternativeNames.contains(name)
    }

    /// The name for logs: the common name, else the first alternative.
    public var description: String {
        self.commonName ?? self.alternativeNames.first ?? "a certificate without a name"
    }
}

extension PeerIdentity {
    /// Reads the names of a certificate.
    init(certificate: OpaquePointer) {
        self.init(
            commonName: Self.commonName(of: certificate),
            alternativeNames: Self.alternativeNames(of: certificate))
    }

    private static func commonName(of certificate: OpaquePointer) -> String? {
        let subject = X509_get_subject_name(certificate)
        let index = X509_NAME_get_index_by_NID(subject, NID_commonName, -1)
        guard index >= 0, let entry = X509_NAME_get_entry(subject, index) else { return nil }
        return self.text(X509_NAME_ENTRY_get_data(entry))
    }

    private static func alternativeNames(of certificate: OpaquePointer) -> [String] {
        guard let raw = X509_get_ext_d2i(certificate, NID_subject_alt_name, nil, nil) else {
            return []
        }
        let list = OpaquePointer(raw)
        defer { GENERAL_NAMES_free(list) }
        var names: [String] = []
        for index in 0..<OPENSSL_sk_num(list) {
            guard let name = OPENSSL_sk_value(list, index) else { continue }
            let entry = name.assumingMemoryBound(to: GENERAL_NAME.self).pointee
            guard entry.type == GEN_DNS || entry.type == GEN_URI else { continue }
            if let text = self.text(entry.d.ia5) { names.append(text) }
        }
        return names
    }

    /// A string of the certificate; nil when it holds a NUL, which is how names are forged.
    private static func text(_ string: UnsafePointer<ASN1_STRING>?) -> String? {
        guard let string else { return nil }
        var bytes: UnsafeMutablePointer<UInt8>?
        let count = ASN1_STRING_to_UTF8(&bytes, string)
        guard count > 0, let bytes else { return nil }
        defer { CRYPTO_free(bytes, #file, #line) }
        let buffer = UnsafeBufferPointer(start: bytes, count: Int(count))
        return buffer.contains(0) ? nil : String(decoding: buffer, as: UTF8.self)
    }
}
