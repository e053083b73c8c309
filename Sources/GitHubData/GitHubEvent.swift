public import JSON
public import ServiceKit

/// An event that counts or names somebody: checked, typed, with the key that tells it apart.
public struct GitHubEvent: Sendable, Hashable {
    /// Events are told apart by all four: ids start again in October 2025, and two sequences of
    /// them pass through the same numbers (sources.md section 1.3).
    public struct Key: Sendable, Hashable {
        let type: String
        let id: String
        let repositoryID: Int64
        let time: Int64
    }

    /// What tells it apart.
    public let key: Key
    /// When it happened, microseconds since the epoch.
    public let time: Timestamp
    /// GitHub's number of the repository; 0 when the event has none.
    public let repositoryID: Int64
    /// `owner/name` as it was then.
    public let repositoryName: String
    /// Who did it.
    public let actor: GitHubUser
    /// What it counts for; nil = nothing, but it names the repository and the actor.
    public let contribution: Contribution?

    /// - Returns: nil when the time cannot be read or nobody is named.
    public init?(_ fields: EventFields) {
        guard let time = Timestamp(fields.createdAt),
            let actor = GitHubUser(id: fields.actorID, login: fields.login)
        else { return nil }
        self.time = time
        self.repositoryID = fields.repositoryID ?? 0
        self.repositoryName = fields.repository
        self.actor = actor
        self.contribution = Contribution(fields)
        self.key = Key(
            type: fields.type, id: fields.id, repositoryID: self.repositoryID, time: time.rawValue)
    }
}
