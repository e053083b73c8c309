public import Crypto
public import RPCCore

/// Lets callers through by the names in their certificates.
///
/// Callers of this machine that show no certificate are those of a listener without TLS, which is
/// open to whoever may log in here.
public struct AllowList: ArrivalInterceptor {
    /// Who may call one method.
    public struct Callers: Sendable, Hashable {
        /// Names of certificates, each compared whole.
        public var names: Set<String>
        /// Whether any caller of this machine may, whatever its certificate says.
        public var admitsThisMachine: Bool

        /// Makes it.
        public init(names: Set<String>, admitsThisMachine: Bool = false) {
            self.names = names
            self.admitsThisMachine = admitsThisMachine
        }
    }

    private let callers: [String: Callers]

    /// - Parameter callers: by path, such as `/tally.ranking.v1.Ranking/GetPage`; a method that is
    ///   not named has no callers.
    public init(_ callers: [String: Callers]) { self.callers = callers }

    /// Lets the call through when its caller may make it.
    ///
    /// - Throws: `RPCError` PERMISSION_DENIED naming caller and method.
    public func begin(_ call: CallContext) throws(RPCError) {
        guard !self.admits(call) else { return }
        let caller = call.identity?.description ?? "a caller without a certificate"
        throw RPCError(
            .permissionDenied, "\(caller) may not call \(call.method)",
            facts: ["peer": call.peer])
    }

    private func admits(_ call: CallContext) -> Bool {
        guard let identity = call.identity else { return call.isLocal }
        return self.admits(identity, to: call.method, fromThisMachine: call.isLocal)
    }

    /// Whether a caller with a certificate may make a call.
    public func admits(
        _ identity: PeerIdentity, to method: String, fromThisMachine: Bool
    ) -> Bool {
        guard let callers = self.callers[method] else { return false }
        return (callers.admitsThisMachine && fromThisMachine)
            || callers.names.contains { identity.holds($0) }
    }
}
