internal import RPCCore
private import Synchronization

/// One call from the caller's side: what came back, and how it ended.
final class ClientCall: Sendable {
    private struct State {
        var id: UInt32?
        var ended = false
    }

    /// Responses, in order; ends with the call.
    let responses = MessageQueue()
    private let state = Mutex(State())
    private let metadata: ReceivedMetadata?

    init(metadata: ReceivedMetadata? = nil) { self.metadata = metadata }

    /// The id on the connection, once there is one.
    var id: UInt32? { self.state.withLock { $0.id } }
    /// Whether the call is over.
    var hasEnded: Bool { self.state.withLock { $0.ended } }

    func opened(_ id: UInt32) { self.state.withLock { $0.id = id } }
    func received(headers: Metadata) { self.metadata?.set(headers: headers) }

    func ended(_ error: RPCError?, trailers: Metadata) {
        self.state.withLock { $0.ended = true }
        self.metadata?.set(trailers: trailers)
        self.responses.finish(error)
    }
}
