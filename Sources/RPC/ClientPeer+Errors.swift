internal import RPCCore

// What an error tells of the connection that it came from.
extension ClientPeer {
    /// The error with what helps to find its cause (rpc.md 1.8): both ends, how far the call was,
    /// how old the connection is, and what the server said when it left. What the error says
    /// itself stays.
    func told(_ error: RPCError, phase: String) -> RPCError {
        var facts = [
            "peer": self.address, "local": self.localName, "phase": phase,
            "age_ms": "\((Moment.now - self.openedAt).microseconds / 1000)",
        ]
        facts["goaway"] = self.goAwayReason
        var told = error
        told.facts.merge(facts) { own, _ in own }
        return told
    }
}
