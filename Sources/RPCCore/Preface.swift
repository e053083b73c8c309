/// The eight bytes with which each side begins (rpc.md 1.1).
struct Preface {
    static let major: UInt8 = 1
    static let minor: UInt8 = 0
    static let bytes: [UInt8] = [0xF1, 0x54, 0x41, 0x4C, 0x4C, 0x59, major, minor]

    /// What the first bytes of a peer show.
    enum Reading: Equatable {
        /// Right so far; more must come.
        case incomplete
        /// Our protocol; the number of bytes used is eight.
        case valid
        /// Our protocol in a version we do not speak.
        case otherVersion(major: UInt8, minor: UInt8)
        /// The peer speaks HTTP.
        case http
        /// The peer speaks TLS.
        case tls
        /// Something else.
        case foreign
    }

    /// Judges the first bytes; fewer than eight may already tell.
    static func read(_ bytes: [UInt8]) -> Reading {
        guard let first = bytes.first else { return .incomplete }
        if first == 0x16 { return .tls }
        if first != 0xF1 { return self.looksLikeHTTP(bytes) ? .http : .foreign }
        for (index, byte) in bytes.prefix(6).enumerated() where byte != Self.bytes[index] {
            return .foreign
        }
        guard bytes.count >= 8 else { return .incomplete }
        return bytes[6] == Self.major
            ? .valid : .otherVersion(major: bytes[6], minor: bytes[7])
    }

    private static func looksLikeHTTP(_ bytes: [UInt8]) -> Bool {
        // Every method of HTTP begins with a capital letter.
        bytes.prefix(3).allSatisfy { (65...90).contains($0) }
    }

    /// What an HTTP client reads when it comes to the wrong port.
    static let httpAnswer = Array(
        ("HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Type: text/plain\r\n"
            + "Content-Length: 36\r\n\r\nThis port speaks Tally RPC, no HTTP\n").utf8)
}
