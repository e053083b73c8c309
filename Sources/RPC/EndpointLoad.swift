private import Glibc
internal import RPCCore
private import Synchronization

/// What a channel looks at when it chooses an address; shared by the endpoint and its connection.
final class EndpointLoad: Sendable {
    private struct State {
        var phase = Endpoint.State.idle
        /// How often the phase changed.
        var changes: UInt64 = 0
        var peer: ClientPeer?
        var failure: RPCError?
        var calls = 0
        /// Moving average of unary calls in seconds; 0 until one has ended.
        var latency = 0.0
        /// When the last of them ended.
        var latencyAt = Moment(sinceZero: 0)
        var breaker = CircuitBreaker()
    }

    /// Weight of the newest call in the average.
    private static let newest = 0.2

    private let state = Mutex(State())

    /// The connection, when there is one that takes calls.
    var ready: ClientPeer? {
        guard let peer = self.state.withLock({ $0.peer }), peer.acceptsCalls else { return nil }
        return peer
    }

    /// The same, unless the breaker has something to say.
    var readyAndSound: ClientPeer? {
        let peer = self.state.withLock { state in
            state.phase == .ready && state.breaker.state == .closed ? state.peer : nil
        }
        guard let peer, peer.acceptsCalls else { return nil }
        return peer
    }

    /// Whether a connection is being made, or will be after a pause.
    var isUnderWay: Bool { self.phase == .connecting || self.phase == .backoff }
    /// How often the phase changed: whoever looks and then waits says what was seen.
    var changes: UInt64 { self.state.withLock { $0.changes } }
    var phase: Endpoint.State { self.state.withLock { $0.phase } }
    /// What the last attempt to connect said; nil while there is no failure.
    var failure: RPCError? {
        self.state.withLock { $0.phase == .backoff ? $0.failure : nil }
    }
    var openCalls: Int { self.state.withLock { $0.calls } }
    var latency: Double { self.state.withLock { $0.latency } }
    var breaker: CircuitBreaker.State { self.state.withLock { $0.breaker.state } }

    /// Less is better: how long a new call would take behind those that are open.
    ///
    /// What was measured is believed half as much with each second in which no call ended here.
    /// Otherwise one slow moment would keep an address from ever showing that it is over.
    func cost(at now: Moment) -> Double {
        self.state.withLock { state in
            let age = Double(max(0, state.latencyAt.nanoseconds(until: now))) / 1e9
            return Double(state.calls + 1) * max(state.latency * exp2(-age), 1e-6)
        }
    }

    func admits(at now: ContinuousClock.Instant) -> Bool {
        self.state.withLock { $0.breaker.admits(at: Moment(now)) }
    }

    func set(_ phase: Endpoint.State, peer: ClientPeer?, failure: RPCError?) {
        self.state.withLock { state in
            if state.phase != phase { state.changes += 1 }
            state.phase = phase
            state.peer = peer
            state.failure = failure
        }
    }

    /// Whether the address failed the call; nil when its end says nothing of that.
    private static func hasFailed(_ error: RPCError?) -> Bool? {
        guard let error else { return false }
        switch error.code {
        case .unavailable: return error.isUnprocessed ? nil : true
        case .cancelled, .deadlineExceeded: return nil
        default: return error.isUnprocessed ? nil : false
        }
    }

    func began() { self.state.withLock { $0.calls += 1 } }

    /// A call ended.
    ///
    /// - Parameter seconds: how long it took; nil for streams, whose length says nothing.
    func ended(_ error: RPCError?, seconds: Double?, began: Moment? = nil, at now: Moment) {
        let failed = Self.hasFailed(error)
        self.state.withLock { state in
            state.calls -= 1
            state.breaker.ended(failed: failed, began: began, at: now)
            guard let seconds, error == nil else { return }
            state.latencyAt = now
            state.latency =
                state.latency == 0
                ? seconds : state.latency * (1 - Self.newest) + seconds * Self.newest
        }
    }
}
