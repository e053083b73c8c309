internal import RPC
internal import ServiceKit
internal import TallyAPI

/// What a service tells of its connections, of the calls on them, and of its channels.
enum ProbeConns {
    static let all = [
        ProbeVerb(
            "conns",
            "[--streams | --channels] [--watch] connections of both sides; their open calls with "
                + "credit; channels with retries and hedges",
            switches: ["--streams", "--channels", ProbeContext.watchSwitch]
        ) { context in try await context.repeated { try await Self.conns(context) } }
    ]

    private static func conns(_ context: ProbeContext) async throws {
        let (streams, channels) = (
            context.arguments.has("--streams"), context.arguments.has("--channels")
        )
        guard !(streams && channels) else {
            throw UsageError("--streams and --channels are two tables: one of them at a time")
        }
        let answer = try await AdminClient(context.channel).connections(
            ConnectionsRequest(), options: context.options)
        if channels {
            self.show(context, answer.channels, self.table, self.json)
        } else if streams {
            let streams = answer.connections.flatMap { connection in
                connection.streams.map { (connection, $0) }
            }
            self.show(context, streams, self.table, self.json)
        } else {
            self.show(context, answer.connections, self.table, self.json)
        }
    }

    private static func show<Row>(
        _ context: ProbeContext, _ rows: [Row], _ table: (ProbeContext, [Row]) -> Void,
        _ json: (Row) -> String
    ) {
        guard context.json else { return table(context, rows) }
        for row in rows { context.output(json(row)) }
    }

    // MARK: Connections

    private static func table(_ context: ProbeContext, _ connections: [Connection]) {
        context.table(
            [
                "side", "channel", "peer", "agent", "state", "age_s", "calls", "queued", "sent",
                "breaker", "latency_us", "retry_ms", "last_error",
            ],
            connections.map { connection in
                let isClient = !connection.breaker.isEmpty
                return [
                    connection.side, isClient ? connection.channel : "-", connection.peer,
                    Logger.visible(connection.agent), connection.state,
                    "\(connection.ageMs / 1000)", "\(connection.openCalls)",
                    "\(connection.queuedBytes)", "\(connection.sentBytes)",
                    isClient ? connection.breaker : "-",
                    connection.latencyUs > 0 ? "\(connection.latencyUs)" : "-",
                    connection.retryInMs > 0 ? "\(connection.retryInMs)" : "-",
                    Logger.visible(connection.lastError),
                ]
            })
    }

    private static func json(_ connection: Connection) -> String {
        var writer = JSONWriter()
        writer.object { object in
            object.member("side", connection.side)
            object.member("peer", connection.peer)
            object.member("agent", connection.agent)
            object.member("state", connection.state)
            object.member("age_ms", connection.ageMs)
            object.member("open_calls", connection.openCalls)
            object.member("queued_bytes", connection.queuedBytes)
            object.member("sent_bytes", connection.sentBytes)
            object.member("streams") { list in
                for stream in connection.streams {
                    list.object { self.write(stream, to: &$0) }
                }
            }
            guard !connection.breaker.isEmpty else { return }
            object.member("channel", connection.channel)
            object.member("breaker", connection.breaker)
            object.member("latency_us", connection.latencyUs)
            object.member("last_error", connection.lastError)
            object.member("retry_in_ms", connection.retryInMs)
        }
        return writer.text
    }

    // MARK: Streams

    private static func table(
        _ context: ProbeContext, _ streams: [(Connection, TallyAPI.Stream)]
    ) {
        context.table(
            ["side", "peer", "id", "method", "kind", "age_s", "may_send", "may_receive"],
            streams.map { connection, stream in
                [
                    connection.side, connection.peer, "\(stream.id)",
                    Logger.visible(stream.method), stream.kind, "\(stream.ageMs / 1000)",
                    self.sends(connection, stream) ? "\(stream.sendCredit)" : "-",
                    self.receives(connection, stream) ? "\(stream.receiveCredit)" : "-",
                ]
            })
    }

    private static func json(_ connection: Connection, _ stream: TallyAPI.Stream) -> String {
        var writer = JSONWriter()
        writer.object { object in
            object.member("side", connection.side)
            object.member("peer", connection.peer)
            self.write(stream, to: &object)
        }
        return writer.text
    }

    private static func write(_ stream: TallyAPI.Stream, to object: inout JSONWriter) {
        object.member("id", stream.id)
        object.member("method", stream.method)
        object.member("kind", stream.kind)
        object.member("age_ms", stream.ageMs)
        object.member("send_credit", stream.sendCredit)
        object.member("receive_credit", stream.receiveCredit)
    }

    /// Whether the service sends more than one message on the call, and so needs credit.
    private static func sends(_ connection: Connection, _ stream: TallyAPI.Stream) -> Bool {
        let own = connection.side == "server" ? "server_streaming" : "client_streaming"
        return stream.kind == own || stream.kind == "bidirectional"
    }

    private static func receives(_ connection: Connection, _ stream: TallyAPI.Stream) -> Bool {
        let other = connection.side == "server" ? "client_streaming" : "server_streaming"
        return stream.kind == other || stream.kind == "bidirectional"
    }

    // MARK: Channels

    private static func table(_ context: ProbeContext, _ channels: [Channel]) {
        context.table(
            [
                "channel", "balancing", "addresses", "attempts", "retries", "transparent",
                "hedges", "tokens", "denied", "resolve_error",
            ],
            channels.map { channel in
                [
                    channel.name, channel.balancing, "\(channel.addresses)",
                    "\(channel.attempts)", "\(channel.retries)",
                    "\(channel.transparentRetries)", "\(channel.hedges)",
                    "\(channel.retryTokens)", "\(channel.retriesDenied)",
                    Logger.visible(channel.resolveError),
                ]
            })
    }

    private static func json(_ channel: Channel) -> String {
        var writer = JSONWriter()
        writer.object { object in
            object.member("channel", channel.name)
            object.member("balancing", channel.balancing)
            object.member("addresses", channel.addresses)
            object.member("attempts", channel.attempts)
            object.member("retries", channel.retries)
            object.member("transparent_retries", channel.transparentRetries)
            object.member("hedges", channel.hedges)
            object.member("retry_tokens", channel.retryTokens)
            object.member("retries_denied", channel.retriesDenied)
            object.member("resolve_error", channel.resolveError)
        }
        return writer.text
    }
}
