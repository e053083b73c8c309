private import Synchronization

/// Credentials in use that may be replaced: connections that exist stay, new ones use the newest.
public final class LiveCredentials: Sendable {
    private struct Contexts {
        /// Nil without a certificate of our own.
        let accepting: TLSContext?
        let calling: TLSContext

        init(_ credentials: TLSCredentials, _ protocolName: String) throws(TLSError) {
            self.calling = try TLSContext(.client, credentials, protocolName: protocolName)
            self.accepting =
                credentials.certificate.isEmpty
                ? nil : try TLSContext(.server, credentials, protocolName: protocolName)
        }
    }

    private let protocolName: String
    private let contexts: Mutex<Contexts>

    /// Puts credentials to use.
    ///
    /// - Parameter protocolName: what both sides must name by ALPN (RFC 7301), 1 to 255 bytes.
    /// - Throws: `TLSError` when they cannot be used.
    public init(_ credentials: TLSCredentials, protocolName: String) throws(TLSError) {
        self.protocolName = protocolName
        self.contexts = Mutex(try Contexts(credentials, protocolName))
    }

    /// Takes others from now on.
    ///
    /// - Throws: `TLSError` when they cannot be used; then the former ones stay.
    public func replace(by credentials: TLSCredentials) throws(TLSError) {
        let contexts = try Contexts(credentials, self.protocolName)
        self.contexts.withLock { $0 = contexts }
    }

    /// Whether there is a certificate to show to clients.
    public var canAccept: Bool { self.contexts.withLock { $0.accepting != nil } }

    /// A session with a client.
    ///
    /// - Throws: `TLSError` without a certificate of our own.
    public func accepting() throws(TLSError) -> TLSSession {
        guard let context = self.contexts.withLock({ $0.accepting }) else {
            throw TLSError("a server needs a certificate")
        }
        return try TLSSession(accepting: context)
    }

    /// A session with a server whose certificate must hold a name.
    ///
    /// - Throws: `TLSError` when the name cannot be checked.
    public func calling(_ name: String) throws(TLSError) -> TLSSession {
        try TLSSession(calling: name, self.contexts.withLock { $0.calling })
    }
}
