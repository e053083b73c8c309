private import COpenSSL

/// SHA-256 (FIPS 180-4).
public enum SHA256 {
    /// The 32 bytes of the digest.
    public static func digest(_ bytes: [UInt8]) -> [UInt8] { Digest.of(bytes, EVP_sha256(), 32) }

    /// A digest that is fed piece by piece.
    public static func digest(of text: String) -> [UInt8] { self.digest(Array(text.utf8)) }
}

/// SHA-1; for the WebSocket handshake alone (RFC 6455 section 4.2.2), which secures nothing by it.
public enum SHA1 {
    /// The 20 bytes of the digest.
    public static func digest(_ bytes: [UInt8]) -> [UInt8] { Digest.of(bytes, EVP_sha1(), 20) }
}

private enum Digest {
    static func of(_ bytes: [UInt8], _ algorithm: OpaquePointer?, _ count: Int) -> [UInt8] {
        OpenSSL.prepare()
        var digest = [UInt8](repeating: 0, count: count)
        var length: UInt32 = 0
        let status = EVP_Digest(bytes, bytes.count, &digest, &length, algorithm, nil)
        precondition(status == 1, "OpenSSL has this digest")
        return digest
    }
}

/// Comparing secrets and making numbers nobody can guess.
public enum Secrets {
    /// Whether two secrets are equal; takes as long whatever their difference.
    public static func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        // The digests have one length, so that not even that of the secret shows.
        let (a, b) = (SHA256.digest(left), SHA256.digest(right))
        return CRYPTO_memcmp(a, b, a.count) == 0
    }

    /// Bytes from the system's generator.
    public static func random(_ count: Int) -> [UInt8] {
        OpenSSL.prepare()
        var bytes = [UInt8](repeating: 0, count: count)
        let status = RAND_bytes(&bytes, Int32(count))
        precondition(status == 1, "the system has randomness")
        return bytes
    }
}

/// Bytes as text.
public enum Text {
    private static let digits = Array("0123456789abcdef".utf8)
    private static let letters = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// Two digits a byte, lower case.
    public static func hex(_ bytes: [UInt8]) -> String {
        String(
            decoding: bytes.flatMap { [Self.digits[Int($0 >> 4)], Self.digits[Int($0 & 15)]] },
            as: UTF8.self)
    }

    /// Base64 with padding (RFC 4648 section 4).
    public static func base64(_ bytes: [UInt8]) -> String {
        var out: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let piece = bytes[start..<min(start + 3, bytes.count)]
            let word = piece.reduce(0) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - piece.count))
            for index in 0..<4 {
                let letter = Self.letters[Int(word >> UInt32(18 - 6 * index)) & 63]
                out.append(index <= piece.count ? letter : 61)
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// Base64 for addresses and tokens, without padding (RFC 4648 section 5).
    public static func base64URL(_ bytes: [UInt8]) -> String {
        String(
            decoding: self.base64(bytes).utf8.filter { $0 != 61 }.map { letter in
                switch letter {
                case 43: 45
                case 47: 95
                case _: letter
                }
            }, as: UTF8.self)
    }

    /// The bytes of a base64 text with padding; nil when it is none.
    public static func bytes(base64 text: String) -> [UInt8]? {
        let input = Array(text.utf8)
        guard input.count.isMultiple(of: 4) else { return nil }
        let padding = input.suffix(2).filter { $0 == 61 }.count
        var out: [UInt8] = []
        for start in stride(from: 0, to: input.count, by: 4) {
            var word: UInt32 = 0
            for (index, byte) in input[start..<start + 4].enumerated() {
                let isPadding = byte == 61 && start + index >= input.count - padding
                guard isPadding || Self.letters.contains(byte) else { return nil }
                word = word << 6 | UInt32(Self.letters.firstIndex(of: byte) ?? 0)
            }
            out += [UInt8(word >> 16 & 255), UInt8(word >> 8 & 255), UInt8(word & 255)]
        }
        return Array(out.dropLast(padding))
    }
}
