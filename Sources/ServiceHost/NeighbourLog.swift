internal import RPCCore
internal import ServiceKit
private import Synchronization

/// Why there is no connection to a neighbour, told once for each cause and address: attempts are
/// made all the time.
final class NeighbourLog: Sendable {
    private let logger: Logger
    private let told = Mutex<[String: String]>([:])
    private let strangers = Mutex<Set<String>>([])

    init(logger: Logger) { self.logger = logger }

    /// A connection that worked is over.
    func ended(_ peer: String, _ error: RPCError) {
        self.told.withLock { $0[peer] = nil }
        self.logger.debug("connection ended", ["peer": peer, "reason": error.message])
    }

    /// A neighbour was built from other message definitions: fields may be missing on either side.
    func speaksOtherwise(_ peer: String) {
        guard self.strangers.withLock({ $0.insert(peer).inserted }) else { return }
        self.logger.warning("built from other message definitions", ["peer": peer])
    }

    /// An attempt failed. Neighbours come and go; one that is not trusted stays so until somebody
    /// acts.
    func failed(_ peer: String, _ error: RPCError) {
        let last = self.told.withLock { $0.updateValue(error.message, forKey: peer) }
        guard last != error.message else { return }
        let facts = ["peer": peer, "reason": error.message]
        if error.reason == ErrorReason.tlsFailed {
            self.logger.warning("no connection", facts)
        } else {
            self.logger.info("no connection", facts)
        }
    }
}
