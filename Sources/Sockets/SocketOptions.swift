private import Glibc

/// Options that every stream of ours gets.
enum SocketOptions {
    /// Unacknowledged data older than this ends the connection (rpc.md 1.10: the write stall).
    static let userTimeoutMilliseconds: Int32 = 20_000

    /// Small frames leave at once; a peer that vanished is noticed. Unix sockets refuse both.
    static func tune(_ descriptor: Int32) {
        var on: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, 4)
        var limit = Self.userTimeoutMilliseconds
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_USER_TIMEOUT, &limit, 4)
    }
}
