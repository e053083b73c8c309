internal import RPCCore
private import Synchronization

/// Keeps each method to so many calls at once, lets a few wait, and refuses at once what cannot be
/// in time.
public final class MethodLimits: HandlerInterceptor {
    /// How many calls of one method may run.
    public enum Limit: Sendable, Hashable {
        /// Always so many.
        case fixed(Int)
        /// As many as its latency bears.
        case auto
    }

    /// How the turnstile of one method stands.
    public struct Snapshot: Sendable, Hashable {
        /// Calls that may run at once now.
        public let limit: Int
        /// Calls that run.
        public let running: Int
        /// Calls that wait for their turn.
        public let waiting: Int
    }

    private let gates: [String: Gate]

    /// How each limited method stands, by path.
    public var snapshot: [String: Snapshot] { self.gates.mapValues(\.snapshot) }

    /// - Parameters:
    ///   - limits: by path, such as `/tally.ranking.v1.Ranking/GetPage`.
    ///   - queued: calls of a method that may wait for their turn.
    public init(_ limits: [String: Limit], queued: Int = 64) {
        self.gates = limits.mapValues { Gate($0, queued: queued) }
    }

    /// Waits for the method's turn.
    ///
    /// - Throws: `RPCError` RESOURCE_EXHAUSTED, unprocessed: LIMIT when the call could not end in
    ///   its time, QUEUE_FULL when too many wait.
    public nonisolated(nonsending) func intercept<Reply: Sendable>(
        _ context: CallContext, _ next: nonisolated(nonsending) @Sendable () async throws -> Reply
    ) async throws -> Reply {
        guard let gate = self.gates[context.method] else { return try await next() }
        try await gate.enter(context)
        let start = ContinuousClock.now
        do {
            let reply = try await next()
            gate.leave(after: ContinuousClock.now - start)
            return reply
        } catch {
            gate.leave(after: nil)
            throw error
        }
    }
}

/// The turnstile of one method.
private final class Gate: Sendable {
    private struct State {
        var limit: MethodLimits.Limit
        var adaptive: AdaptiveLimit
        var running = 0
        var next: UInt64 = 0
        var waiters: [(number: UInt64, continuation: CheckedContinuation<Bool, Never>)] = []
        /// The newest durations; their median tells whether a call can be in time.
        var durations: [Duration] = []

        var places: Int {
            switch self.limit {
            case .fixed(let places): places
            case .auto: self.adaptive.limit
            }
        }

        var median: Duration { self.durations.sorted()[self.durations.count / 2] }
    }

    private static let remembered = 33

    private let queued: Int
    private let state: Mutex<State>

    init(_ limit: MethodLimits.Limit, queued: Int) {
        self.queued = queued
        self.state = Mutex(State(limit: limit, adaptive: AdaptiveLimit(now: .now)))
    }

    var snapshot: MethodLimits.Snapshot {
        self.state.withLock { state in
            MethodLimits.Snapshot(
                limit: state.places, running: state.running, waiting: state.waiters.count)
        }
    }

    func enter(_ context: CallContext) async throws {
        let number = self.state.withLock { state -> UInt64? in
            guard state.running >= state.places else {
                state.running += 1
                return nil
            }
            state.next += 1
            return state.next
        }
        guard let number else { return }
        if let remaining = context.remaining, self.isTooLate(remaining) {
            throw RPCError(
                .resourceExhausted,
                "\(context.method) is busy, and its calls take longer than this one has",
                reason: ErrorReason.limit, isUnprocessed: true)
        }
        let start = ContinuousClock.now
        let isTurn = await self.waitForTurn(number)
        context.call.waited(ContinuousClock.now - start)
        guard isTurn else {
            if Task.isCancelled { throw CancellationError() }
            throw RPCError(
                .resourceExhausted, "too many calls of \(context.method) wait",
                reason: ErrorReason.queueFull, isUnprocessed: true)
        }
    }

    private func isTooLate(_ remaining: Duration) -> Bool {
        self.state.withLock { !$0.durations.isEmpty && remaining < $0.median }
    }

    /// True when the turn came.
    private func waitForTurn(_ number: UInt64) async -> Bool {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer = self.state.withLock { state -> Bool? in
                    if Task.isCancelled || state.waiters.count >= self.queued { return false }
                    if state.running < state.places {
                        state.running += 1
                        return true
                    }
                    state.waiters.append((number, continuation))
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            let waiter = self.state.withLock { state in
                state.waiters.firstIndex { $0.number == number }
                    .map { state.waiters.remove(at: $0).continuation }
            }
            waiter?.resume(returning: false)
        }
    }

    func leave(after duration: Duration?) {
        let now = ContinuousClock.now
        let next = self.state.withLock { state -> [CheckedContinuation<Bool, Never>] in
            state.running -= 1
            if let duration {
                state.adaptive.ended(after: duration, now: now)
                state.durations.append(duration)
                if state.durations.count > Self.remembered { state.durations.removeFirst() }
            }
            var next: [CheckedContinuation<Bool, Never>] = []
            while state.running < state.places, !state.waiters.isEmpty {
                state.running += 1
                next.append(state.waiters.removeFirst().continuation)
            }
            return next
        }
        for waiter in next { waiter.resume(returning: true) }
    }
}
