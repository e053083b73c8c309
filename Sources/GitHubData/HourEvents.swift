internal import JSON
internal import ServiceKit

/// The events of an hour, in the order of its lines.
///
/// An hour may have a hundred thousand: their names stand one behind the other, and whoever counts
/// them makes a text of a name only when it is new there.
public struct HourEvents: Sendable {
    private struct Record: Sendable {
        var key: GitHubEvent.Key
        var actorID: Int64
        var contribution: Contribution?
        /// Where the names begin: the repository's, then the login.
        var names: Int
        /// Bytes of each; a line has fewer than 2^31.
        var nameBytes: Int32
        var loginBytes: Int32
        var isBot: Bool
    }

    /// Some of the events. What is full is never moved again.
    private struct Piece: Sendable {
        var records: [Record] = []
        var names: [UInt8] = []

        var isFull: Bool { self.records.count == Self.recordsMax }

        /// Events in one piece: it stays in a near cache while it is filled.
        private static let recordsMax = 512
        /// What most names of so many take.
        private static let namesRoom = recordsMax * 40

        init() {
            self.records.reserveCapacity(Self.recordsMax)
            self.names.reserveCapacity(Self.namesRoom)
        }
    }

    private var pieces: [Piece] = []

    /// No events.
    public init() {}

    /// How many they are.
    public var count: Int { self.pieces.reduce(0) { $0 + $1.records.count } }

    /// Keeps an event whose time was read already.
    ///
    /// - Returns: false when nobody is named.
    mutating func append(_ line: EventLine, at time: Timestamp) -> Bool {
        let none = UnsafeRawBufferPointer(start: nil, count: 0)
        let (name, login) = (line.repository ?? none, line.login ?? none)
        guard let (actorID, isBot) = Self.actor(line.actorID, login) else { return false }
        let key = GitHubEvent.Key(
            type: line.type ?? none, id: line.id ?? none, repositoryID: line.repositoryID ?? 0,
            time: time.rawValue)
        if self.pieces.last?.isFull ?? true { self.pieces.append(Piece()) }
        let last = self.pieces.count - 1
        self.pieces[last].records.append(
            Record(
                key: key, actorID: actorID, contribution: Contribution(counting: line),
                names: self.pieces[last].names.count, nameBytes: Int32(name.count),
                loginBytes: Int32(login.count), isBot: isBot))
        self.pieces[last].names.append(contentsOf: name)
        self.pieces[last].names.append(contentsOf: login)
        return true
    }

    /// As `GitHubUser` says, which is asked only where the number does not say it all.
    private static func actor(_ id: Int64?, _ login: UnsafeRawBufferPointer) -> (Int64, Bool)? {
        if let id, id > 0, !BotRule.mayTell(login) { return (id, false) }
        let user = GitHubUser(id: id, login: String(decoding: login, as: UTF8.self))
        return user.map { ($0.id, $0.isBot) }
    }

    /// Hands them over one by one.
    public func forEach(_ body: (EventView) throws -> Void) rethrows {
        for piece in self.pieces { try Self.forEach(in: piece, body) }
    }

    private static func forEach(in piece: Piece, _ body: (EventView) throws -> Void) rethrows {
        try piece.names.withUnsafeBytes { names in
            try piece.records.withUnsafeBufferPointer { records in
                for place in records.indices { try body(self.view(records[place], names)) }
            }
        }
    }

    private static func view(_ record: Record, _ names: UnsafeRawBufferPointer) -> EventView {
        let middle = record.names + Int(record.nameBytes)
        let end = middle + Int(record.loginBytes)
        return EventView(
            key: record.key,
            repositoryName: UnsafeRawBufferPointer(rebasing: names[record.names..<middle]),
            login: UnsafeRawBufferPointer(rebasing: names[middle..<end]),
            actorID: record.actorID, isBot: record.isBot, contribution: record.contribution)
    }
}
