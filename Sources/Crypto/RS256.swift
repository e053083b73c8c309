private import COpenSSL

/// RSA PKCS#1 v1.5 signatures over SHA-256, as JSON web tokens name them (RFC 7518 section 3.3).
public enum RS256 {
    /// Why a key is not taken. Nothing of the key stands in it.
    public enum Fault: Error, Sendable, Hashable {
        /// It is no private key in PEM, or one behind a passphrase.
        case unreadableKey
        /// It is a key of another kind.
        case notRSA
        /// It has fewer than 2048 bits (RFC 7518 section 3.3).
        case tooShort
        /// OpenSSL could not sign with it.
        case failed
    }

    /// Fewest bits of a key.
    public static let bitsMin = 2048

    /// Signs bytes with a private key.
    ///
    /// - Parameter pem: PKCS#8 or PKCS#1; it is not kept.
    /// - Returns: as many bytes as the key has.
    public static func sign(_ bytes: [UInt8], pem: String) throws(Fault) -> [UInt8] {
        let key = try self.key(pem)
        defer { EVP_PKEY_free(key) }
        guard let context = EVP_MD_CTX_new() else { throw .failed }
        defer { EVP_MD_CTX_free(context) }
        var length = 0
        guard EVP_DigestSignInit(context, nil, EVP_sha256(), nil, key) == 1,
            EVP_DigestSign(context, nil, &length, bytes, bytes.count) == 1
        else { throw .failed }
        var signature = [UInt8](repeating: 0, count: length)
        guard EVP_DigestSign(context, &signature, &length, bytes, bytes.count) == 1 else {
            throw .failed
        }
        return Array(signature[..<length])
    }

    /// Says whether a key can sign.
    public static func check(pem: String) throws(Fault) { EVP_PKEY_free(try self.key(pem)) }

    private static func key(_ pem: String) throws(Fault) -> OpaquePointer {
        OpenSSL.prepare()
        // What OpenSSL notes about a bad key must not show up in somebody else's error.
        defer { ERR_clear_error() }
        let text = Array(pem.utf8)
        let key = text.withUnsafeBytes { raw -> OpaquePointer? in
            guard let memory = BIO_new_mem_buf(raw.baseAddress, Int32(clamping: raw.count)) else {
                return nil
            }
            defer { BIO_free(memory) }
            // Without this, OpenSSL asks the terminal for a passphrase.
            return PEM_read_bio_PrivateKey(memory, nil, { _, _, _, _ in 0 }, nil)
        }
        guard let key else { throw .unreadableKey }
        guard EVP_PKEY_is_a(key, "RSA") == 1 else {
            EVP_PKEY_free(key)
            throw .notRSA
        }
        guard EVP_PKEY_get_bits(key) >= Int32(Self.bitsMin) else {
            EVP_PKEY_free(key)
            throw .tooShort
        }
        return key
    }
}
