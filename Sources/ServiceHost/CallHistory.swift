internal import Crypto
internal import RPC
internal import RPCCore
internal import ServiceKit
private import Synchronization
internal import TallyAPI

/// The calls that operators ask about: the last ones, the last that failed, the slowest of late.
final class CallHistory: EndInterceptor {
    /// A call as it ended; made readable only when somebody asks.
    private struct Entry {
        let call: FinishedCall
        let endedAt: Timestamp
    }

    private struct State {
        var last: [Entry] = []
        var failed: [Entry] = []
        /// The slowest first.
        var slowest: [Entry] = []
        /// When the oldest of the slowest is forgotten.
        var forgetsAt = Int64.max
    }

    /// Calls of each kind that are kept.
    static let kept = 200
    /// How long a slow call is remembered, microseconds: ten minutes.
    static let slowFor: Int64 = 600_000_000

    private let clock: WallClock
    private let state = Mutex(State())

    init(clock: WallClock) { self.clock = clock }

    func ended(_ call: FinishedCall) {
        let entry = Entry(call: call, endedAt: self.clock.now())
        self.state.withLock { state in
            Self.append(entry, to: &state.last)
            if call.code != .ok { Self.append(entry, to: &state.failed) }
            Self.rank(entry, in: &state)
        }
    }

    private static func append(_ entry: Entry, to list: inout [Entry]) {
        // Twice as many as are shown, so that the front is cut off once in many calls.
        if list.count >= 2 * Self.kept { list.removeFirst(Self.kept) }
        list.append(entry)
    }

    private static func rank(_ entry: Entry, in state: inout State) {
        let (now, duration) = (entry.endedAt.rawValue, entry.call.duration)
        if now > state.forgetsAt {
            state.slowest.removeAll { $0.endedAt.rawValue + Self.slowFor < now }
        } else if state.slowest.count >= Self.kept,
            duration <= state.slowest[state.slowest.count - 1].call.duration
        {
            return
        }
        let place = state.slowest.firstIndex { $0.call.duration < duration }
        state.slowest.insert(entry, at: place ?? state.slowest.count)
        if state.slowest.count > Self.kept { state.slowest.removeLast() }
        let oldest = state.slowest.min { $0.endedAt.rawValue < $1.endedAt.rawValue }
        state.forgetsAt = oldest.map { $0.endedAt.rawValue + Self.slowFor } ?? .max
    }

    private static func record(_ entry: Entry) -> CallRecord {
        let call = entry.call
        let (seconds, attoseconds) = call.duration.components
        let caller = call.identity.map { "\(call.peer) (\($0))" } ?? call.peer
        return CallRecord(
            method: call.method, peer: caller, code: call.code.name,
            durationUs: UInt64(max(0, seconds * 1_000_000 + attoseconds / 1_000_000_000_000)),
            endedAtUs: entry.endedAt.rawValue, trace: call.trace.id)
    }

    /// The newest first, or the slowest of the last ten minutes.
    func records(slowest: Bool, failed: Bool) -> [CallRecord] {
        let entries = self.state.withLock { state in
            if slowest { return state.slowest.filter { !failed || $0.call.code != .ok } }
            return (failed ? state.failed : state.last).suffix(Self.kept).reversed()
        }
        return entries.map { Self.record($0) }
    }
}
