private import Glibc

/// What went wrong with a socket.
public struct SocketError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of failure that callers tell apart.
    public enum Code: Sendable, Hashable {
        /// Nobody listens at the address.
        case refused
        /// The attempt took longer than allowed.
        case timeout
        /// The name has no address.
        case nameNotFound
        /// The peer or the network cut the connection.
        case reset
        /// The address is in use by another listener, or not of this machine.
        case addressUnavailable
        /// The text is not an address.
        case badAddress
        /// The two sides do not trust each other, or one of them does not encrypt.
        case untrusted
        /// Any other failure of the operating system.
        case system
    }

    /// What kind of failure it is.
    public let code: Code
    /// One sentence for people; holds no secret.
    public let message: String

    /// Makes an error from its parts.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The message.
    public var description: String { self.message }

    /// The failure of a system call; read `errno` before anything else can disturb it.
    static func system(_ call: String, errno number: Int32) -> SocketError {
        let text = String(cString: strerror(number))
        return SocketError(Self.code(of: number), "\(call): \(text)")
    }

    private static func code(of number: Int32) -> Code {
        switch number {
        case ECONNREFUSED, ENOENT: .refused
        case ETIMEDOUT: .timeout
        case ECONNRESET, EPIPE, ENOTCONN: .reset
        case EADDRINUSE, EADDRNOTAVAIL, EACCES: .addressUnavailable
        case _: .system
        }
    }
}
