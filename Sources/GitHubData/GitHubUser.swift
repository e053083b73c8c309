private import Crypto

/// Whoever did something, as an event names them.
public struct GitHubUser: Sendable, Hashable {
    /// GitHub's number; negative for people known by their login only.
    public let id: Int64
    /// As the event writes it; may be empty.
    public let login: String
    /// Whether it is a bot.
    public let isBot: Bool

    /// A contributor by number, or by login where events carry no number (before 2015).
    ///
    /// - Parameter type: `User` or `Bot`, where the event says so.
    /// - Returns: nil when nobody is named.
    public init?(id: Int64?, login: String?, type: String? = nil) {
        let login = login ?? ""
        if let id, id > 0 {
            self.id = id
        } else if !login.isEmpty {
            self.id = Self.number(of: login)
        } else {
            return nil
        }
        self.login = login
        self.isBot = BotRule.reason(login: login, type: type) != nil
    }

    init(knownAs id: Int64, login: String, isBot: Bool) {
        (self.id, self.login, self.isBot) = (id, login, isBot)
    }

    /// The number of a person known by login only: the first eight bytes of the SHA-256 of the
    /// lower-case login, highest bit set; so below zero, apart from every number of GitHub's.
    public static func number(of login: String) -> Int64 {
        let digest = SHA256.digest(Array(login.lowercased().utf8))
        let bits = digest.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return Int64(bitPattern: bits | 1 << 63)
    }
}
