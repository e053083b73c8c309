/// Where a listener listens or a peer is: a host and port, or a path of a Unix socket.
public struct SocketAddress: Sendable, Hashable, CustomStringConvertible {
    enum Kind: Sendable, Hashable {
        case internet(host: String, port: UInt16)
        case unix(path: String)
    }

    let kind: Kind

    init(kind: Kind) { self.kind = kind }

    /// A host name or number and a port; port 0 asks the kernel for a free one.
    public init(host: String, port: UInt16) {
        self.kind = .internet(host: host, port: port)
    }

    /// Longest path that fits `sun_path` with its closing NUL (unix(7)).
    static let unixPathBytesMax = 107

    /// Reads `host:port`, `[v6]:port` or `unix:/path`.
    ///
    /// - Throws: `SocketError` with `badAddress`, saying what is wrong.
    public init(parsing text: String) throws(SocketError) {
        if text.hasPrefix("unix:") {
            let path = String(text.dropFirst(5))
            guard !path.isEmpty, path.utf8.count <= Self.unixPathBytesMax else {
                throw SocketError(
                    .badAddress, "a Unix path has 1 to \(Self.unixPathBytesMax) bytes: \(text)")
            }
            self.kind = .unix(path: path)
            return
        }
        guard let colon = text.lastIndex(of: ":"),
            let port = UInt16(text[text.index(after: colon)...])
        else { throw SocketError(.badAddress, "not an address, write host:port: \(text)") }
        var host = text[..<colon]
        if host.hasPrefix("[") && host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            throw SocketError(.badAddress, "write an IPv6 address as [address]:port: \(text)")
        }
        guard !host.isEmpty, !host.utf8.contains(where: { $0 <= 32 }) else {
            throw SocketError(.badAddress, "not an address, write host:port: \(text)")
        }
        self.kind = .internet(host: String(host), port: port)
    }

    /// The host; nil for a Unix socket.
    public var host: String? {
        switch self.kind {
        case .internet(let host, _): host
        case .unix: nil
        }
    }

    /// The port, 0..65535; nil for a Unix socket.
    public var port: UInt16? {
        switch self.kind {
        case .internet(_, let port): port
        case .unix: nil
        }
    }

    /// Whether only this machine can reach the address: 127.0.0.0/8, ::1, `localhost`, a path.
    public var isLoopback: Bool {
        switch self.kind {
        case .internet(let host, _):
            host == "localhost" || host == "::1"
                || (host.hasPrefix("127.") && host.split(separator: ".").count == 4)
        case .unix: true
        }
    }

    /// The form that `init(parsing:)` reads.
    public var description: String {
        switch self.kind {
        case .internet(let host, let port):
            host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unix(let path): "unix:\(path)"
        }
    }
}
