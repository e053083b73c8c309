internal import RPCCore

// Methods of the connections' actors as plain functions, for callers that have seen to it that
// they are on the loop. `onLoop` would take memory for its closure, and again for each closure
// that is an argument; here, as there, the type alone is changed, and once.

/// Appends a message to bytes that it is given.
typealias Encoding = @Sendable (inout [UInt8]) -> Void

extension ServerPeer {
    private struct Isolated {
        let next: @Sendable (isolated ServerPeer) -> RPCRouter.Incoming?
        let finish: @Sendable (isolated ServerPeer, ServerCall, HandlerOutcome) -> Bool
        let reply: @Sendable (isolated ServerPeer, ServerCall, Encoding) -> RPCRouter.Reply
        let end:
            @Sendable (isolated ServerPeer, inout RPCRouter.Incoming, Encoding) -> RPCRouter.Reply?
        let send: @Sendable (isolated ServerPeer, UInt32, Encoding) -> StreamSending
    }

    struct OnLoop: Sendable {
        let next: @Sendable (ServerPeer) -> RPCRouter.Incoming?
        let finish: @Sendable (ServerPeer, ServerCall, HandlerOutcome) -> Bool
        let reply: @Sendable (ServerPeer, ServerCall, Encoding) -> RPCRouter.Reply
        let end: @Sendable (ServerPeer, inout RPCRouter.Incoming, Encoding) -> RPCRouter.Reply?
        let send: @Sendable (ServerPeer, UInt32, Encoding) -> StreamSending
    }

    static let onLoop = unsafeBitCast(
        Isolated(
            next: { $0.nextIncoming() },
            finish: { $0.finish($1, $2) },
            reply: { $0.reply(to: $1, $2) },
            end: { $0.end(&$1, $2) },
            send: { $0.trySend($1, $2) }),
        to: OnLoop.self)
}

extension ClientPeer {
    private struct Isolated {
        let open:
            @Sendable (isolated ClientPeer, ClientCall, CallHeader, [UInt8]?) -> Result<
                Bool, RPCError
            >
        let openInPlace:
            @Sendable (isolated ClientPeer, ClientCall, MethodDescriptor, CallOptions, Encoding) ->
                Bool
        let send: @Sendable (isolated ClientPeer, ClientCall, Encoding) -> StreamSending
    }

    struct OnLoop: Sendable {
        let open: @Sendable (ClientPeer, ClientCall, CallHeader, [UInt8]?) -> Result<Bool, RPCError>
        let openInPlace:
            @Sendable (ClientPeer, ClientCall, MethodDescriptor, CallOptions, Encoding) -> Bool
        let send: @Sendable (ClientPeer, ClientCall, Encoding) -> StreamSending
    }

    static let onLoop = unsafeBitCast(
        Isolated(
            open: { $0.tryOpen($1, $2, $3) }, openInPlace: { $0.tryOpen($1, $2, $3, $4) },
            send: { $0.trySend($1, $2) }), to: OnLoop.self)
}
