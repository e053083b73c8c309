internal import Glibc

/// The file of a Unix socket that we listen on.
struct UnixPath: Sendable {
    private let path: String
    private let inode: ino_t

    /// The file that was just bound; nil for an address that has none.
    init?(_ address: SocketAddress) {
        guard case .unix(let path) = address.kind, let facts = Self.facts(path) else { return nil }
        self.path = path
        self.inode = facts.st_ino
    }

    /// Removes the file, unless somebody else has bound the path meanwhile.
    func remove() {
        if Self.facts(self.path)?.st_ino == self.inode { unlink(self.path) }
    }

    /// Makes room for a socket: removes the one that a process left behind when it was killed.
    ///
    /// - Throws: `SocketError` `addressUnavailable` when somebody listens there, or when the path
    ///   is a file of another kind.
    static func clear(_ path: String, for address: ResolvedAddress) throws(SocketError) {
        guard let facts = self.facts(path) else { return }
        guard facts.st_mode & S_IFMT == S_IFSOCK else {
            throw SocketError(.addressUnavailable, "unix:\(path) exists and is no socket")
        }
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let probe = try systemCall("socket") { socket(AF_UNIX, kind, 0) }
        defer { Glibc.close(probe) }
        let status = address.withSockaddr { connect(probe, $0, $1) } ?? -1
        // A full backlog answers EAGAIN: somebody is there, too.
        guard status != 0, errno == ECONNREFUSED else {
            throw SocketError(.addressUnavailable, "somebody listens on unix:\(path)")
        }
        unlink(path)
    }

    private static func facts(_ path: String) -> stat? {
        var facts = stat()
        return lstat(path, &facts) == 0 ? facts : nil
    }
}
