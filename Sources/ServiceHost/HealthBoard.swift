private import Synchronization

/// What of a service works: named parts, each serving or not with a reason.
public final class HealthBoard: Sendable {
    /// The state of one part.
    public enum State: Sendable, Hashable {
        /// It works.
        case serving
        /// It does not; why, in words without secrets.
        case notServing(String)
    }

    private struct Board {
        var parts: [String: State] = [:]
        /// RPC services; each follows the whole unless it is a part of its own.
        var services: Set<String> = []
        var isDraining = false
        var watchers: [UInt64: AsyncStream<Void>.Continuation] = [:]
        var next: UInt64 = 0
    }

    private let board = Mutex(Board())

    /// A board without parts, which serves.
    public init() {}

    /// Sets the state of a part.
    public func set(_ part: String, _ state: State) {
        let watchers = self.board.withLock { board -> [AsyncStream<Void>.Continuation] in
            guard board.parts[part] != state else { return [] }
            board.parts[part] = state
            return Array(board.watchers.values)
        }
        for watcher in watchers { watcher.yield() }
    }

    /// Makes the services of these methods known by name: `/package.Service/Method`.
    func serve(_ methods: [String]) {
        let names = methods.compactMap { $0.split(separator: "/").first.map(String.init) }
        self.board.withLock { $0.services = Set(names) }
    }

    /// The service is about to stop: nothing serves any more.
    public func drain() {
        let watchers = self.board.withLock { board in
            board.isDraining = true
            return Array(board.watchers.values)
        }
        for watcher in watchers { watcher.yield() }
    }

    /// The names of all parts.
    public var parts: [String] { self.board.withLock { $0.parts.keys.sorted() } }

    /// The names of the RPC services that follow the whole.
    var services: [String] { self.board.withLock { $0.services.sorted() } }

    /// The state of a part or a service, or of the whole for the empty name; nil for an unknown
    /// one.
    public func state(of part: String) -> State? {
        self.board.withLock { board in
            guard part.isEmpty || board.parts[part] != nil || board.services.contains(part) else {
                return nil
            }
            if board.isDraining { return .notServing("the service is about to stop") }
            if let state = board.parts[part] { return state }
            let broken = board.parts.filter { $0.value != .serving }.min { $0.key < $1.key }
            guard let broken, case .notServing(let reason) = broken.value else { return .serving }
            return .notServing("\(broken.key): \(reason)")
        }
    }

    /// Yields when something changed.
    public var changes: AsyncStream<Void> {
        let (stream, continuation) = AsyncStream<Void>.makeStream(
            bufferingPolicy: .bufferingNewest(1))
        let number = self.board.withLock { board in
            board.next += 1
            board.watchers[board.next] = continuation
            return board.next
        }
        continuation.onTermination = { [weak self] _ in
            self?.board.withLock { $0.watchers[number] = nil }
        }
        return stream
    }
}
