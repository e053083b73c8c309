import Postgres
import ServiceHost
import ServiceKit
import TallyAPI

/// Formula versions: stored for ever, one active, at most one on its way there.
enum FormulaStore {
    /// A version with what became of it.
    struct Stored: Hashable, Sendable {
        let formula: ScoringFormula
        /// What score rows call it. Each activation takes a new one, so that rows of an earlier
        /// one are never taken for its own.
        let id: Int32
        let isActive: Bool
        let isRescoring: Bool
        let createdUs: Int64

        var message: Formula {
            var message = self.formula.message(active: self.isActive, createdUs: self.createdUs)
            message.id = UInt32(self.id)
            message.state =
                self.isActive ? "active" : self.isRescoring ? "rescoring" : "stored"
            return message
        }
    }

    static func all(in connection: PostgresConnection) throws -> [Stored] {
        let rows = try connection.query(
            """
            select name, version, id, \(CounterColumns.list), line_bonus_cap, active, created_us,
                   rescored_to is not null as rescoring
            from formulas order by name, version
            """)
        return try rows.map { row in
            Stored(
                formula: ScoringFormula(
                    name: try row.string("name"), version: try row.int32("version"),
                    weights: try CounterColumns.names.map { try row.int64($0) },
                    lineBonusCap: try row.int64("line_bonus_cap")),
                id: try row.int32("id"), isActive: try row.bool("active"),
                isRescoring: try row.bool("rescoring"), createdUs: try row.int64("created_us"))
        }
    }

    static func active(in connection: PostgresConnection) throws -> Stored {
        guard let active = try self.all(in: connection).first(where: \.isActive) else {
            throw PostgresError(.schema, "no formula is active")
        }
        return active
    }

    /// Nil when no such version is stored.
    static func find(
        _ reference: FormulaReference, in connection: PostgresConnection
    ) throws -> Stored? {
        switch reference {
        case .active: return try self.active(in: connection)
        case .newest(let name):
            return try self.all(in: connection).last { $0.formula.name == name }
        case .exact(let name, let version):
            return try self.all(in: connection).first {
                $0.formula.name == name && $0.formula.version == version
            }
        }
    }

    /// What storing a document came to.
    enum Put: Sendable {
        /// Stored, and on its way to the boards unless it is there.
        case taken(Stored, changed: Bool)
        /// The version is stored with other numbers.
        case otherNumbers(nextFree: Int32)
    }

    /// Stores a document and asks for its scores; what was on its way before is given up.
    static func put(
        _ document: FormulaDocument, author: String, in connection: PostgresConnection
    ) throws -> Put {
        let versions = try self.all(in: connection).filter { $0.formula.name == document.name }
        let next = (versions.last?.formula.version ?? 0) + 1
        // Without a version the same numbers again are the same formula.
        let wanted = versions.last.flatMap { last in
            document.version == nil && last.formula.holds(document) ? last.formula.version : nil
        }
        let version = document.version ?? wanted ?? next
        if let known = versions.first(where: { $0.formula.version == version }) {
            guard known.formula.holds(document) else { return .otherNumbers(nextFree: next) }
            if known.isRescoring { return .taken(known, changed: false) }
        } else {
            try self.insert(document, version, author, in: connection)
        }
        return try self.ask(document.name, version, in: connection)
    }

    private static func insert(
        _ document: FormulaDocument, _ version: Int32, _ author: String,
        in connection: PostgresConnection
    ) throws {
        let places = document.weights.indices.map { "$\($0 + 3)" }.joined(separator: ", ")
        try connection.execute(
            """
            insert into formulas (name, version, \(CounterColumns.list), line_bonus_cap, author,
              created_us, id)
            select $1, $2, \(places), $13, $14,
                   (extract(epoch from clock_timestamp()) * 1000000)::bigint, max(id) + 1
            from formulas
            """,
            [.string(document.name), .int32(version)] + document.weights.map { .int64($0) }
                + [.int64(document.cap), .string(author)])
    }

    private static func ask(
        _ name: String, _ version: Int32, in connection: PostgresConnection
    ) throws -> Put {
        let dropped = try connection.execute(
            "update formulas set rescored_to = null where rescored_to is not null")
        let asked = try connection.execute(
            """
            update formulas set rescored_to = -9223372036854775808,
              id = (select max(id) + 1 from formulas)
            where name = $1 and version = $2 and not active
            """, [.string(name), .int32(version)])
        guard let stored = try self.find(.exact(name, version), in: connection) else {
            throw PostgresError(.schema, "a formula that was just stored is missing")
        }
        return .taken(stored, changed: asked + dropped > 0)
    }

    /// The formulas whose scores are kept up to date: the active one, and the one to come.
    static func kept(in connection: PostgresConnection) throws -> [Int32] {
        try connection.query("select id from formulas where active or rescored_to is not null")
            .map { try $0.int32("id") }
    }

    // MARK: Rescoring

    /// Computes one more repository under the formula to come; with none left, activates it.
    ///
    /// - Returns: false when no formula is on its way.
    static func rescoreStep(in connection: PostgresConnection) throws -> Bool {
        let row = try connection.query(
            "select id, name, version, rescored_to from formulas where rescored_to is not null"
        ).first
        guard let row else { return false }
        let id = try row.int32("id")
        let next = try connection.query(
            "select min(repository_id) as id from contributions where repository_id > $1",
            [.int64(try row.int64("rescored_to"))])[0]
        guard let repository = try next.optionalInt64("id") else {
            try self.activate(id, in: connection)
            let words = "formula \(try row.string("name")) \(try row.int32("version")) is active"
            try LogStore.append([LogRecord(level: .info, message: words)], in: connection)
            return true
        }
        var touched = TouchedPairs()
        for pair in try connection.query(
            "select distinct contributor_id from contributions where repository_id = $1",
            [.int64(repository)])
        {
            touched.add(repository, try pair.int64("contributor_id"))
        }
        try ScoreStore.update(touched, formulas: [id], in: connection)
        try FeedStore.publish(activityChange: nil, in: connection)
        try connection.execute(
            "update formulas set rescored_to = $2 where id = $1", [.int32(id), .int64(repository)])
        return true
    }

    private static func activate(_ id: Int32, in connection: PostgresConnection) throws {
        // The activation is news for the boards, even when no score is different.
        try FeedStore.publish(activityChange: nil, in: connection)
        try connection.execute("update score_feed set last_change = last_change + 1")
        try connection.execute("update formulas set active = false where active")
        try connection.execute(
            """
            update formulas set active = true, rescored_to = null,
              ready_change = (select last_change from score_feed)
            where id = $1
            """, [.int32(id)])
    }

    /// Rows that one step of dropping takes at most.
    private static let dropRowsMax: Int64 = 50_000

    /// Drops scores of formulas that boards no longer show, a bounded number at a time.
    ///
    /// - Returns: whether there may be more.
    static func dropOld(in connection: PostgresConnection) throws -> Bool {
        let rows = try connection.query(
            """
            select min(formula_version) as low, max(formula_version) as high from scores
            where (select coalesce(min(f.published), 9223372036854775807) from followers f
                   where f.seen_at > now() - interval '\(FollowerStore.silence)')
                  >= (select ready_change from formulas where active)
            """)
        let kept = try self.kept(in: connection)
        let old = try rows.flatMap {
            [try $0.optionalInt32("low"), try $0.optionalInt32("high")].compactMap { $0 }
        }.first { !kept.contains($0) }
        guard let old else { return false }
        try connection.execute(
            """
            delete from scores where ctid = any (array(
              select ctid from scores where formula_version = $1 limit $2))
            """, [.int32(old), .int64(Self.dropRowsMax)])
        return true
    }
}

extension ScoringFormula {
    /// Whether it is what a document says, whatever its version.
    func holds(_ document: FormulaDocument) -> Bool {
        self.weights == document.weights && self.lineBonusCap == document.cap
    }
}
