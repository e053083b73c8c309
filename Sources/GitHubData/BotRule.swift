/// Says whether an account is a bot: by what GitHub says, never by a part of a name.
public enum BotRule {
    /// Why an account counts as a bot.
    public enum Reason: String, Sendable, Hashable {
        /// GitHub Apps have logins that end in `[bot]`; nobody else can.
        case suffix
        /// The API says `type: Bot`.
        case type
        /// It stands on our list.
        case list
    }

    /// Accounts of GitHub itself that have neither the suffix nor the type.
    static let known = ["web-flow"]

    /// The reason; nil for a person.
    ///
    /// - Parameter type: as the API says it: `User`, `Bot`, `Organization`.
    public static func reason(login: String, type: String? = nil) -> Reason? {
        if login.utf8.last == UInt8(ascii: "]"), login.hasSuffix("[bot]") { return .suffix }
        if type == "Bot" { return .type }
        return self.known.contains { Self.isSame(login, $0) } ? .list : nil
    }

    /// Whether a login alone may tell of a bot; false is certain.
    static func mayTell(_ login: UnsafeRawBufferPointer) -> Bool {
        login.last == UInt8(ascii: "]") || self.known.contains { $0.utf8.count == login.count }
    }

    /// Nearly every login has another length: none of those is copied in lower case.
    private static func isSame(_ login: String, _ known: String) -> Bool {
        login.utf8.count == known.utf8.count && login.lowercased() == known
    }
}
