internal import RPCCore
private import Synchronization

/// One call from the caller's side: what came back, and how it ended.
final class ClientCall: Sendable {
    private struct State {
        var id: UInt32?
        var ended = false
        var headers: Metadata?
        var trailers = Metadata()
    }

    /// Responses, in order; ends with the call.
    let responses = MessageQueue()
    private let state = Mutex(State())

    /// The id on the connection, once there is one.
    var id: UInt32? { self.state.withLock { $0.id } }
    /// Whether the call is over.
    var hasEnded: Bool { self.state.withLock { $0.ended } }
    var trailers: Metadata { self.state.withLock { $0.trailers } }

    func opened(_ id: UInt32) { self.state.withLock { $0.id = id } }
    func received(headers: Metadata) { self.state.withLock { $0.headers = headers } }

    func ended(_ error: RPCError?, trailers: Metadata) {
        self.state.withLock { state in
            state.ended = true
            state.trailers = trailers
        }
        self.responses.finish(error)
    }
}
