public import JSON
public import ServiceKit

/// An event that counts or names somebody: checked, typed, with the key that tells it apart.
public struct GitHubEvent: Sendable, Hashable {
    /// Events are told apart by all four: ids start again in October 2025, and two sequences of
    /// them pass through the same numbers (sources.md section 1.3).
    ///
    /// Numbers alone, since every event that was counted is remembered by its key: of the type, and
    /// of an id that is no number, a fingerprint of 64 bits stands for the text.
    public struct Key: Sendable, Hashable {
        let type: UInt64
        let id: UInt64
        let repositoryID: Int64
        let time: Int64

        init(type: String, id: String, repositoryID: Int64, time: Int64) {
            let isNumber = id.utf8.first.map { (0x31...0x39).contains($0) } ?? false
            let number = isNumber ? UInt64(id) : nil
            // An id that is no number is of another type than any number.
            self.type = Self.fingerprint(of: type) ^ (number == nil ? 1 : 0)
            self.id = number ?? Self.fingerprint(of: id)
            self.repositoryID = repositoryID
            self.time = time
        }

        /// The key in one word, different for most.
        public var bits: UInt64 {
            (self.id &* 0xff51_afd7_ed55_8ccd) ^ self.type ^ UInt64(bitPattern: self.time)
        }

        /// Texts of one length that differ in eight bytes alone never have the same.
        private static func fingerprint(of text: String) -> UInt64 {
            var text = text
            return text.withUTF8 { bytes in
                var print = UInt64(bytes.count)
                for start in stride(from: 0, to: bytes.count, by: 8) {
                    var word: UInt64 = 0
                    for place in start..<min(start + 8, bytes.count) {
                        word = word << 8 | UInt64(bytes[place])
                    }
                    print = (print ^ word) &* 0xc4ce_b9fe_1a85_ec53
                    print ^= print >> 32
                }
                return print
            }
        }
    }

    /// What tells it apart.
    public let key: Key
    /// When it happened, microseconds since the epoch.
    public var time: Timestamp { Timestamp(rawValue: self.key.time) }
    /// GitHub's number of the repository; 0 when the event has none.
    public var repositoryID: Int64 { self.key.repositoryID }
    /// `owner/name` as it was then.
    public let repositoryName: String
    /// Who did it.
    public let actor: GitHubUser
    /// What it counts for; nil = nothing, but it names the repository and the actor.
    public let contribution: Contribution?

    /// - Returns: nil when the time cannot be read or nobody is named.
    public init?(_ fields: EventFields) {
        guard let time = Timestamp(fields.createdAt) else { return nil }
        self.init(fields, at: time)
    }

    /// An event whose time was read already.
    ///
    /// - Returns: nil when nobody is named.
    init?(_ fields: EventFields, at time: Timestamp) {
        guard let actor = GitHubUser(id: fields.actorID, login: fields.login) else { return nil }
        self.repositoryName = fields.repository
        self.actor = actor
        self.contribution = Contribution(fields)
        self.key = Key(
            type: fields.type, id: fields.id, repositoryID: fields.repositoryID ?? 0,
            time: time.rawValue)
    }
}
