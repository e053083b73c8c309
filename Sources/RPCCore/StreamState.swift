/// How one open call of a connection is, for operators.
public struct StreamState: Sendable, Hashable {
    /// Its number on the connection.
    public let id: UInt32
    /// How many messages go either way.
    public let kind: CallKind
    /// Bytes that may still be sent before the peer grants more, zero or less while a sender has
    /// to wait; nil where a single message leaves, which needs no credit.
    public let sendCredit: Int?
    /// Bytes that the peer may still send; nil where a single message comes.
    public let receiveCredit: Int?

    init(_ id: UInt32, _ kind: CallKind, _ inbound: InboundDirection, _ outbound: OutboundDirection)
    {
        self.id = id
        self.kind = kind
        self.sendCredit = outbound.isStreaming ? outbound.credit : nil
        self.receiveCredit = inbound.isStreaming ? inbound.credit : nil
    }
}

extension ServerConnection {
    /// The open calls, the oldest first, at most so many.
    public func streamStates(upTo count: Int) -> [StreamState] {
        self.streams.keys.sorted().prefix(count).compactMap { id in
            self.streams[id].map { StreamState(id, $0.kind, $0.inbound, $0.outbound) }
        }
    }
}

extension ClientConnection {
    /// The open calls, the oldest first, at most so many.
    public func streamStates(upTo count: Int) -> [StreamState] {
        self.streams.keys.sorted().prefix(count).compactMap { id in
            self.streams[id].map { StreamState(id, $0.kind, $0.inbound, $0.outbound) }
        }
    }
}
