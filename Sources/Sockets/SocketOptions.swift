private import Glibc

/// Options that every stream of ours gets.
enum SocketOptions {
    /// Unacknowledged data older than this ends the connection (tcp(7)): a second net, below that
    /// of the owner, which says why and is therefore the first to act (rpc.md 1.10: 20 s).
    static let userTimeoutMilliseconds: Int32 = 30_000

    /// Bytes that may wait in the kernel before they are sent: what jumps our queue (an answer to
    /// a ping, a cancellation) must not stand behind megabytes there (tcp(7)).
    static let unsentBytesMax: Int32 = 128 * 1024

    /// Small frames leave at once; a peer that vanished is noticed. Unix sockets refuse all.
    static func tune(_ descriptor: Int32) {
        var on: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, 4)
        var limit = Self.userTimeoutMilliseconds
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_USER_TIMEOUT, &limit, 4)
        var unsent = Self.unsentBytesMax
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NOTSENT_LOWAT, &unsent, 4)
    }
}
