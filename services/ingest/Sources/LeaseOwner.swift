import Glibc

/// Who holds a lease: `host:pid:start`, as processes name themselves.
struct LeaseOwner: Hashable, Sendable {
    let host: String
    let process: Int32

    /// - Returns: nil for a text of another form.
    init?(_ text: String) {
        let parts = text.split(separator: ":")
        guard parts.count == 3, let process = Int32(parts[1]) else { return nil }
        host = String(parts[0])
        self.process = process
    }

    /// Whether a holder is certainly gone, as seen by another process of the same machine.
    ///
    /// A wrong yes costs work, not numbers: whoever lost a lease is fenced.
    /// - Parameter isRunning: whether a process with this number runs this program.
    static func isGone(
        _ holder: String, seenBy me: String,
        isRunning: (Int32) -> Bool = { LeaseOwner.isRunning($0) }
    ) -> Bool {
        guard holder != me, let other = LeaseOwner(holder), let own = LeaseOwner(me),
            other.host == own.host
        else { return false }
        // The same number again: ours now, so no longer theirs.
        return other.process == own.process || !isRunning(other.process)
    }

    /// Whether a process of this number is this program, too.
    private static func isRunning(_ process: Int32) -> Bool {
        guard let own = commandName("self") else { return true }
        return commandName("\(process)") == own
    }

    private static func commandName(_ process: String) -> String? {
        let file = open("/proc/\(process)/comm", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = read(file, &bytes, bytes.count)
        return count > 0 ? String(decoding: bytes[..<count], as: UTF8.self) : nil
    }
}
