/// How one connection is at one moment, for operators.
public struct ConnectionSnapshot: Sendable, Hashable {
    /// The other end's address.
    public let peer: String
    /// Program and version of the other end; empty before its introduction.
    public let agent: String
    /// Since it was made.
    public let age: Duration
    /// Calls that are open, those included whose handlers have not returned.
    public let openCalls: Int
    /// Bytes that wait to be written.
    public let queuedBytes: Int
    /// Bytes that left so far.
    public let sentBytes: UInt64
    /// `handshake`, `open`, `draining`; on the calling side also `idle`, `connecting`, `backoff`.
    public let state: String
}
