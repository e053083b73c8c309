/// Why a TLS connection cannot be, in words for the operator of this side.
public struct TLSError: Error, Sendable, Hashable, CustomStringConvertible {
    /// One sentence; names the other side's certificate but holds no secret.
    public let message: String

    /// Makes an error from its words.
    public init(_ message: String) { self.message = message }

    /// The message.
    public var description: String { self.message }
}
