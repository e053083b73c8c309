import Synchronization

/// Tells waiting calls that something changed: by key, and now and then by the clock.
///
/// A notice is a hint to look again; it carries nothing, and several may become one.
final class NoticeHub: Sendable {
    private struct State {
        var serial: UInt64 = 0
        var waiting: [String: [UInt64: AsyncStream<Void>.Continuation]] = [:]
    }

    private let state = Mutex(State())

    /// A stream that yields when the key is told, until its reader goes away.
    func subscribe(to key: String) -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let number = state.withLock { state in
            state.serial += 1
            state.waiting[key, default: [:]][state.serial] = continuation
            return state.serial
        }
        continuation.onTermination = { [weak self] _ in self?.remove(number, from: key) }
        return stream
    }

    /// Something about the key changed.
    func tell(_ key: String) {
        for continuation in state.withLock({ $0.waiting[key] ?? [:] }).values {
            continuation.yield()
        }
    }

    /// Everybody looks again: the safety net for notices that were lost.
    func tellAll() {
        let everybody = state.withLock { state in state.waiting.values.flatMap(\.values) }
        for continuation in everybody { continuation.yield() }
    }

    /// How many are waiting.
    var count: Int { state.withLock { $0.waiting.values.map(\.count).reduce(0, +) } }

    private func remove(_ number: UInt64, from key: String) {
        state.withLock { state in
            state.waiting[key]?[number] = nil
            if state.waiting[key]?.isEmpty == true { state.waiting[key] = nil }
        }
    }
}
