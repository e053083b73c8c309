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
    static let known: Set<String> = ["web-flow"]

    /// The reason; nil for a person.
    ///
    /// - Parameter type: as the API says it: `User`, `Bot`, `Organization`.
    public static func reason(login: String, type: String? = nil) -> Reason? {
        if login.hasSuffix("[bot]") { return .suffix }
        if type == "Bot" { return .type }
        return self.known.contains(login.lowercased()) ? .list : nil
    }
}
