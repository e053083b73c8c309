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
        /// Microseconds since the epoch.
        public let time: Int64

        init(
            type: UnsafeRawBufferPointer, id: UnsafeRawBufferPointer, repositoryID: Int64,
            time: Int64
        ) {
            let number = Self.number(id)
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

        /// A number that is written without zeros before it, of as many digits as surely fit.
        private static func number(_ digits: UnsafeRawBufferPointer) -> UInt64? {
            guard let first = digits.first, first != UInt8(ascii: "0"), digits.count <= 19 else {
                return nil
            }
            var number: UInt64 = 0
            for digit in digits {
                guard (0x30...0x39).contains(digit) else { return nil }
                number = number &* 10 &+ UInt64(digit &- 0x30)
            }
            return number
        }

        /// Texts of one length that differ in eight bytes alone never have the same.
        private static func fingerprint(of bytes: UnsafeRawBufferPointer) -> UInt64 {
            var print = UInt64(bytes.count)
            for start in stride(from: 0, to: bytes.count, by: 8) {
                print = (print ^ self.word(bytes, from: start)) &* 0xc4ce_b9fe_1a85_ec53
                print ^= print >> 32
            }
            return print
        }

        /// Up to eight bytes.
        private static func word(_ bytes: UnsafeRawBufferPointer, from start: Int) -> UInt64 {
            if start + 8 <= bytes.count {
                return bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self)
            }
            return bytes[start...].reduce(0) { $0 << 8 | UInt64($1) }
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
        guard let time = Timestamp(fields.createdAt),
            let actor = GitHubUser(id: fields.actorID, login: fields.login)
        else { return nil }
        self.repositoryName = fields.repository
        self.actor = actor
        self.contribution = Contribution(fields)
        self.key = fields.type.withBytes { type in
            fields.id.withBytes { id in
                Key(
                    type: type, id: id, repositoryID: fields.repositoryID ?? 0,
                    time: time.rawValue)
            }
        }
    }

    init(_ view: EventView) {
        func text(_ bytes: UnsafeRawBufferPointer) -> String {
            String(decoding: bytes, as: UTF8.self)
        }
        self.key = view.key
        self.repositoryName = text(view.repositoryName)
        self.actor = GitHubUser(
            knownAs: view.actorID, login: text(view.login), isBot: view.isBot)
        self.contribution = view.contribution
    }

    /// Lends what the event says.
    public func withView<Result>(_ body: (EventView) -> Result) -> Result {
        self.repositoryName.withBytes { name in
            self.actor.login.withBytes { login in
                body(
                    EventView(
                        key: self.key, repositoryName: name, login: login,
                        actorID: self.actor.id, isBot: self.actor.isBot,
                        contribution: self.contribution))
            }
        }
    }
}

/// An event whose names are lent: they are gone when the body that was given it returns.
public struct EventView {
    /// What tells it apart.
    public let key: GitHubEvent.Key
    /// `owner/name` as it was then.
    public let repositoryName: UnsafeRawBufferPointer
    /// Of who did it; may be empty.
    public let login: UnsafeRawBufferPointer
    /// GitHub's number of who did it; negative for people known by their login only.
    public let actorID: Int64
    /// Whether it was a bot.
    public let isBot: Bool
    /// What it counts for; nil = nothing, but it names the repository and the actor.
    public let contribution: Contribution?

    /// When it happened.
    public var time: Timestamp { Timestamp(rawValue: self.key.time) }
    /// GitHub's number of the repository; 0 when the event has none.
    public var repositoryID: Int64 { self.key.repositoryID }
}
