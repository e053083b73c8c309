private import Glibc

/// Waiting for a descriptor on a thread that may block.
enum Descriptor {
    /// Whether something can be read before the time is over.
    static func waitReadable(_ descriptor: Int32, _ timeout: Duration) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        let (seconds, attoseconds) = timeout.components
        let milliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000
        return poll(&entry, 1, Int32(clamping: milliseconds)) > 0
    }
}
