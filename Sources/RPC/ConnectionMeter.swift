public import RPCCore
private import Synchronization

/// What happened on all connections of one side, counted since the meter was made.
///
/// One meter serves every connection of a process' server, or of its channels: a connection needs
/// no memory for it, and what each read and write counts is one addition.
public final class ConnectionMeter: Sendable {
    /// What was counted.
    public struct Counts: Sendable, Hashable {
        /// Bytes that came, without those of TLS.
        public var receivedBytes: UInt64 = 0
        /// Bytes that were given to the sockets, without those of TLS.
        public var sentBytes: UInt64 = 0
        /// Times that a sender had to wait for credit of its stream.
        public var windowStalls: UInt64 = 0
        /// Times that a sender had to wait because too much waited for the socket.
        public var outboundStalls: UInt64 = 0
        /// Peers that were built from other message definitions.
        public var otherSchemas: UInt64 = 0
        /// What was turned away before a handler or a call began, by its reason.
        public var refusals: [String: UInt64] = [:]
        /// Farewells of peers.
        public var goAwaysReceived: [GoAway.Code: UInt64] = [:]
        /// Farewells to peers.
        public var goAwaysSent: [GoAway.Code: UInt64] = [:]

        /// Nothing yet.
        public init() {}
    }

    /// Most reasons that are told apart: some of them come from peers.
    static let reasonsMax = 64
    /// What is counted together beyond those.
    static let otherReasons = "OTHER"

    private let received = Atomic<UInt64>(0)
    private let sent = Atomic<UInt64>(0)
    private let rare = Mutex(Counts())

    /// Nothing counted yet.
    public init() {}

    /// What was counted so far.
    public var counts: Counts {
        var counts = self.rare.withLock { $0 }
        counts.receivedBytes = self.received.load(ordering: .relaxed)
        counts.sentBytes = self.sent.load(ordering: .relaxed)
        return counts
    }

    func received(bytes: Int) { self.received.wrappingAdd(UInt64(bytes), ordering: .relaxed) }

    func sent(bytes: Int) { self.sent.wrappingAdd(UInt64(bytes), ordering: .relaxed) }

    /// A sender waits: for credit, or for room in the outbound queue.
    func stalled(forCredit: Bool) {
        self.rare.withLock { counts in
            if forCredit { counts.windowStalls += 1 } else { counts.outboundStalls += 1 }
        }
    }

    func sawOtherSchema() { self.rare.withLock { $0.otherSchemas += 1 } }

    func farewell(_ code: GoAway.Code, isOwn: Bool) {
        self.rare.withLock { counts in
            if isOwn {
                counts.goAwaysSent[code, default: 0] += 1
            } else {
                counts.goAwaysReceived[code, default: 0] += 1
            }
        }
    }

    func refused(_ error: RPCError) { self.refused(error.reason ?? error.code.name) }

    func refused(_ reason: String) {
        self.rare.withLock { counts in
            let isKnown = counts.refusals[reason] != nil
            let isRoom = counts.refusals.count < Self.reasonsMax
            counts.refusals[isKnown || isRoom ? reason : Self.otherReasons, default: 0] += 1
        }
    }
}
