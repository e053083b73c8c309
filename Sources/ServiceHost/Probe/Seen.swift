private import Synchronization

/// The last thing that a stream showed, kept for after its end.
final class Seen: Sendable {
    private let last = Mutex<String?>(nil)

    /// Nil as long as nothing came.
    var name: String? { self.last.withLock { $0 } }

    func set(_ name: String) { self.last.withLock { $0 = name } }
}
