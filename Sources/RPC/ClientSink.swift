internal import RPCCore
internal import Sockets

/// The sending half of a call, as its caller sees it.
struct ClientSink: MessageSink {
    let peer: ClientPeer
    let call: ClientCall

    nonisolated(nonsending) func send(_ message: [UInt8]) async throws(RPCError) {
        try await self.peer.send(message, self.call)
    }

    /// On the loop a message that has room is sent without a suspension.
    func trySend(_ encode: @Sendable (inout [UInt8]) -> Void) -> StreamSending {
        guard self.peer.loop.isInLoop else { return .mustWait }
        return ClientPeer.onLoop.send(self.peer, self.call, encode)
    }

    func taken(_ taken: MessageQueue.Taken) {
        let (peer, call) = (self.peer, self.call)
        peer.loop.runOrExecute { peer.onLoop { $0.taken(taken, call) } }
    }
}
