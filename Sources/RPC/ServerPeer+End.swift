internal import RPCCore
internal import Sockets

// How a connection ends, and how it is until then.
extension ServerPeer {
    /// Time between two looks at whether a client has taken its answers.
    private static let takenInterval = Duration.seconds(1)

    /// - Parameter isOrderly: whether what waits are answers to a client that did nothing wrong. It
    ///   may take them as slowly as it likes, within the write stall and the grace of the drain.
    func closeAfterWrites(_ reason: String, isOrderly: Bool) {
        guard !self.isClosed else { return }
        if self.farewell == nil {
            self.farewell = reason
            self.endsByFault = !isOrderly && reason != ServerConnection.drained
        }
        while self.machine.queuedBytes > 0 { self.moveOutput() }
        guard isOrderly else { return self.transport.closeAfterLastWords() }
        self.transport.endAfterWrites()
        self.closeWhenTaken()
    }

    /// A client that has everything closes by itself, mostly; otherwise the connection ends when
    /// its system has acknowledged all, and in any case with the grace.
    private func closeWhenTaken() {
        self.once(after: Self.takenInterval) { peer in
            let left = peer.transport.queuedBytes + peer.transport.unacknowledgedBytes
            guard left == 0 else { return peer.closeWhenTaken() }
            peer.transportClosed("", close: true)
        }
    }

    /// - Parameter isFault: whether neither the client left nor was it asked to.
    func transportClosed(_ reason: String, close: Bool, isFault: Bool = false) {
        guard !self.isClosed else { return }
        self.isClosed = true
        self.tickTimer?.cancel()
        self.tickTimer = nil
        self.unfinishedTimer?.cancel()
        self.unfinishedTimer = nil
        self.deadlines.cancel()
        for timer in self.timers { timer.cancel() }
        self.timers = []
        let reason = self.farewell ?? reason
        self.machine.connectionLost(reason)
        self.reportHeld()
        self.obeyActions()
        for id in self.calls.keys { self.cancel(id, RPCError(.cancelled, reason)) }
        if close { self.transport.close() }
        self.configuration.connectionClosed(
            ConnectionEnd(
                peer: self.peerName, reason: reason,
                isFault: self.farewell == nil ? isFault : self.endsByFault))
        for waiter in self.closeWaiters { waiter.resume() }
        self.closeWaiters = []
        self.onClose(self)
    }

    /// Time the client has to confirm a drain (rpc.md 1.11).
    private static let confirmation = Duration.seconds(1)

    /// Ends the connection without losing a call, at the latest when the grace is over.
    func drain(grace: Duration) async {
        guard !self.isClosed else { return }
        let milliseconds = UInt32(clamping: grace.microseconds / 1000)
        self.machine.drain(graceMilliseconds: milliseconds)
        self.draining.set()
        self.obey()
        let confirm = self.loop.schedule(after: min(Self.confirmation, grace)) {
            self.onLoop { $0.notConfirmed(milliseconds) }
        }
        let last = self.loop.schedule(after: grace) {
            self.onLoop { $0.graceOver() }
        }
        await withCheckedContinuation { continuation in
            if self.isClosed {
                continuation.resume()
            } else {
                self.closeWaiters.append(continuation)
            }
        }
        confirm.cancel()
        last.cancel()
    }

    private func notConfirmed(_ milliseconds: UInt32) {
        self.machine.refuseNewCalls(graceMilliseconds: milliseconds)
        self.machine.closeIfIdle()
        self.obey()
    }

    private func graceOver() {
        // Every call has ended, and the client has not taken the answers by now.
        if let farewell { return self.transportClosed(farewell, close: true) }
        self.machine.endDrain()
        self.obey()
    }

    /// Calls whose handlers run.
    var callsInFlight: Int { self.machine.openCalls }

    /// How the connection is, for operators.
    var snapshot: ConnectionSnapshot {
        ConnectionSnapshot(
            peer: self.identity.map { "\(self.peerName) (\($0))" } ?? self.peerName,
            agent: self.clientAgent,
            age: Moment.now - self.openedAt, openCalls: self.machine.openCalls,
            queuedBytes: self.outboundBytes, sentBytes: self.transport.bytesWritten,
            state: self.machine.isDraining
                ? "draining" : self.machine.isGreeted ? "open" : "handshake",
            streams: self.machine.streamStates(upTo: ConnectionSnapshot.streamsMax).map { state in
                let call = self.calls[state.id]
                return StreamSnapshot(
                    state: state, method: call?.method ?? "",
                    age: call.map { Moment.now - $0.startedAt })
            })
    }

    /// Makes room for others: this connection never introduced itself.
    func evict() {
        self.transportClosed(
            "too many connections never introduced themselves", close: true, isFault: true)
    }
}
