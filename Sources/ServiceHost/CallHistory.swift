internal import RPC
internal import RPCCore
internal import ServiceKit
private import Synchronization
internal import TallyAPI

/// The calls that operators ask about: the last ones, the last that failed, the slowest of late.
final class CallHistory: Sendable {
    private struct State {
        var last: [CallRecord] = []
        var failed: [CallRecord] = []
        var slowest: [CallRecord] = []
    }

    /// Calls of each kind that are kept.
    static let kept = 200
    /// How long a slow call is remembered, microseconds: ten minutes.
    static let slowFor: Int64 = 600_000_000

    private let state = Mutex(State())

    func note(_ call: FinishedCall, at now: Timestamp) {
        let record = Self.record(call, now)
        self.state.withLock { state in
            Self.append(record, to: &state.last)
            if call.code != .ok { Self.append(record, to: &state.failed) }
            Self.rank(record, in: &state.slowest)
        }
    }

    private static func append(_ record: CallRecord, to list: inout [CallRecord]) {
        // Twice as many as are shown, so that the front is cut off once in many calls.
        if list.count >= 2 * Self.kept { list.removeFirst(Self.kept) }
        list.append(record)
    }

    private static func rank(_ record: CallRecord, in list: inout [CallRecord]) {
        if list.count >= Self.kept {
            list.removeAll { $0.endedAtUs < record.endedAtUs - Self.slowFor }
            guard list.count < Self.kept || record.durationUs > list[list.count - 1].durationUs
            else { return }
        }
        let place = list.firstIndex { $0.durationUs < record.durationUs } ?? list.count
        list.insert(record, at: place)
        if list.count > Self.kept { list.removeLast() }
    }

    private static func record(_ call: FinishedCall, _ now: Timestamp) -> CallRecord {
        let (seconds, attoseconds) = call.duration.components
        return CallRecord(
            method: call.method, peer: call.peer, code: call.code.name,
            durationUs: UInt64(max(0, seconds * 1_000_000 + attoseconds / 1_000_000_000_000)),
            endedAtUs: now.rawValue, trace: Self.traceID(call.trace))
    }

    /// Bytes 1 to 16 of the context are the trace id (W3C Trace Context, in binary).
    private static func traceID(_ trace: [UInt8]) -> String {
        guard trace.count >= 17 else { return "" }
        return trace[1..<17].map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }

    /// The newest first, or the slowest of the last ten minutes.
    func records(slowest: Bool, failed: Bool) -> [CallRecord] {
        self.state.withLock { state in
            if slowest {
                return state.slowest.filter { !failed || $0.code != StatusCode.ok.name }
            }
            return (failed ? state.failed : state.last).suffix(Self.kept).reversed()
        }
    }
}

/// The channels of a program, for operators.
final class ChannelList: Sendable {
    private let channels = Mutex<[RPCChannel]>([])

    func add(_ channel: RPCChannel) { self.channels.withLock { $0.append(channel) } }

    func snapshot() async -> [ConnectionSnapshot] {
        var all: [ConnectionSnapshot] = []
        for channel in self.channels.withLock({ $0 }) { all += await channel.snapshot() }
        return all
    }
}
