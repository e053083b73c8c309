internal import RPC
internal import RPCCore
internal import TallyAPI

/// The connections of both sides of a process, and its channels, as operators are told.
struct ConnectionsReport: Sendable {
    /// Most streams in one answer: with those of a thousand busy connections it would be larger
    /// than a message may be.
    static let streamsMax = 2000

    let server: [ConnectionSnapshot]
    let channels: [(name: String, channel: ChannelSnapshot)]

    var answer: ConnectionsResponse {
        var room = Self.streamsMax
        var connections: [Connection] = []
        for snapshot in self.server {
            connections.append(Self.message(snapshot, "server", room: &room))
        }
        for (name, channel) in self.channels {
            for snapshot in channel.connections {
                var message = Self.message(snapshot, "client", room: &room)
                message.channel = name
                connections.append(message)
            }
        }
        return ConnectionsResponse(
            connections: connections,
            channels: self.channels.map { Self.message($0.name, $0.channel) })
    }

    private static func message(
        _ snapshot: ConnectionSnapshot, _ side: String, room: inout Int
    ) -> Connection {
        var message = Connection(
            side: side, peer: snapshot.peer, agent: snapshot.agent, state: snapshot.state,
            ageMs: Self.milliseconds(snapshot.age),
            openCalls: UInt32(clamping: snapshot.openCalls),
            queuedBytes: UInt64(max(0, snapshot.queuedBytes)), sentBytes: snapshot.sentBytes,
            streams: snapshot.streams.prefix(room).map { Self.message($0) })
        room -= message.streams.count
        guard let endpoint = snapshot.endpoint else { return message }
        message.breaker = endpoint.breaker
        message.latencyUs = UInt64(max(0, endpoint.latency?.microseconds ?? 0))
        message.lastError = endpoint.lastError?.description ?? ""
        message.retryInMs = Self.milliseconds(endpoint.retryIn ?? .zero)
        return message
    }

    private static func message(_ stream: StreamSnapshot) -> TallyAPI.Stream {
        TallyAPI.Stream(
            id: stream.state.id, method: stream.method, kind: stream.state.kind.name,
            ageMs: Self.milliseconds(stream.age ?? .zero),
            sendCredit: Int64(stream.state.sendCredit ?? 0),
            receiveCredit: Int64(stream.state.receiveCredit ?? 0))
    }

    private static func message(_ name: String, _ channel: ChannelSnapshot) -> Channel {
        let counts = channel.counts
        return Channel(
            name: name, balancing: channel.balancing.name,
            addresses: UInt32(clamping: channel.addresses),
            retryTokens: channel.retryTokens, attempts: counts.attempts, retries: counts.retries,
            transparentRetries: counts.transparentRetries, hedges: counts.hedges,
            retriesDenied: counts.retriesDenied, resolveError: channel.resolveError ?? "")
    }

    private static func milliseconds(_ time: Duration) -> UInt64 {
        UInt64(max(0, time.microseconds / 1000))
    }
}

extension CallKind {
    fileprivate var name: String {
        switch self {
        case .unary: "unary"
        case .serverStreaming: "server_streaming"
        case .clientStreaming: "client_streaming"
        case .bidirectional: "bidirectional"
        }
    }
}

extension Balancing {
    fileprivate var name: String {
        switch self {
        case .pickFirst: "pick_first"
        case .roundRobin: "round_robin"
        case .powerOfTwo: "power_of_two"
        }
    }
}
