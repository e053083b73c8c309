private import CPostgres

/// One connection: blocks its thread while the database works.
///
/// `@unchecked Sendable`: used by the one thread that the pool gave it to; only `cancel` may be
/// called from another, and what it touches is behind the mutex.
public final class PostgresConnection: @unchecked Sendable {
    private let handle: OpaquePointer
    private let canceller = Guarded<OpaquePointer?>(nil)

    /// Connects.
    ///
    /// - Throws: `PostgresError` with `unavailable` or `permission`.
    public init(_ configuration: PostgresConfiguration) throws(PostgresError) {
        let parameters = configuration.parameters
        let handle = Self.withCStrings(parameters.map(\.0)) { keywords in
            Self.withCStrings(parameters.map(\.1)) { values in
                PQconnectdbParams(keywords, values, 1)
            }
        }
        guard let handle else { throw PostgresError(.unavailable, "no memory for a connection") }
        guard PQstatus(handle) == CONNECTION_OK else {
            let text = String(cString: PQerrorMessage(handle))
            PQfinish(handle)
            throw PostgresError(Self.code(ofConnect: text), Self.firstLine(text))
        }
        self.handle = handle
        PQsetNoticeProcessor(handle, { _, _ in }, nil)
        let canceller = PQgetCancel(handle)
        self.canceller.withLock { kept, _ in kept = canceller }
    }

    deinit {
        let canceller = self.canceller.withLock { canceller, _ in
            defer { canceller = nil }
            return canceller
        }
        PQfreeCancel(canceller)
        PQfinish(self.handle)
    }

    private static func code(ofConnect text: String) -> PostgresError.Code {
        text.contains("authentication failed") || text.contains("no pg_hba.conf entry")
            || (text.contains("role ") && text.contains("does not exist"))
            ? .permission : .unavailable
    }

    private static func firstLine(_ text: String) -> String {
        String(text.split(separator: "\n").first ?? "the database does not answer")
    }

    private static func withCStrings<Result>(
        _ strings: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Result
    ) -> Result {
        let copies = strings.map { Array($0.utf8CString) }
        func nest(_ index: Int, _ pointers: [UnsafePointer<CChar>?]) -> Result {
            guard index < copies.count else {
                return (pointers + [nil]).withUnsafeBufferPointer { buffer in
                    guard let base = buffer.baseAddress else { preconditionFailure("never empty") }
                    return body(base)
                }
            }
            return copies[index].withUnsafeBufferPointer {
                nest(index + 1, pointers + [$0.baseAddress])
            }
        }
        return nest(0, [])
    }

    /// Whether the connection is still up, as far as known.
    var isHealthy: Bool {
        PQstatus(self.handle) == CONNECTION_OK && PQtransactionStatus(self.handle) == PQTRANS_IDLE
    }

    /// Runs one statement with parameters and reads its rows.
    ///
    /// - Throws: `PostgresError`.
    @discardableResult
    public func query(
        _ sql: String, _ parameters: [PostgresValue] = []
    ) throws(PostgresError) -> [PostgresRow] {
        let result = self.run(sql, parameters)
        defer { PQclear(result) }
        try self.check(result)
        return Self.rows(result)
    }

    /// Runs one statement with parameters.
    ///
    /// - Returns: the number of rows it touched.
    @discardableResult
    public func execute(
        _ sql: String, _ parameters: [PostgresValue] = []
    ) throws(PostgresError) -> Int {
        let result = self.run(sql, parameters)
        defer { PQclear(result) }
        try self.check(result)
        return Int(String(cString: PQcmdTuples(result))) ?? 0
    }

    /// Runs several statements without parameters, such as a migration.
    public func script(_ sql: String) throws(PostgresError) {
        let result = PQexec(self.handle, sql)
        defer { PQclear(result) }
        try self.check(result)
    }

    private func run(_ sql: String, _ parameters: [PostgresValue]) -> OpaquePointer? {
        let texts = parameters.map(\.text)
        func nest(_ index: Int, _ pointers: [UnsafePointer<CChar>?]) -> OpaquePointer? {
            guard index < texts.count else {
                return PQexecParams(
                    self.handle, sql, Int32(pointers.count), nil, pointers, nil, nil, 0)
            }
            guard let text = texts[index] else { return nest(index + 1, pointers + [nil]) }
            return text.withUnsafeBytes { raw in
                nest(index + 1, pointers + [raw.baseAddress?.assumingMemoryBound(to: CChar.self)])
            }
        }
        return nest(0, [])
    }

    private func check(_ result: OpaquePointer?) throws(PostgresError) {
        switch PQresultStatus(result) {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY: return
        case _:
            if result == nil || PQstatus(self.handle) == CONNECTION_BAD {
                throw PostgresError(.unavailable, "the connection to the database was lost")
            }
            throw PostgresError(result: result)
        }
    }

    private static func rows(_ result: OpaquePointer?) -> [PostgresRow] {
        let (width, count) = (PQnfields(result), PQntuples(result))
        let names = (0..<width).map { PQfname(result, $0).map { String(cString: $0) } ?? "" }
        var bytes: [UInt8] = []
        var fields: [Range<Int>?] = []
        fields.reserveCapacity(Int(width) * Int(count))
        for row in 0..<count {
            for column in 0..<width {
                guard PQgetisnull(result, row, column) == 0,
                    let start = PQgetvalue(result, row, column)
                else {
                    fields.append(nil)
                    continue
                }
                let begin = bytes.count
                bytes.append(
                    contentsOf: UnsafeRawBufferPointer(
                        start: start, count: Int(PQgetlength(result, row, column))))
                fields.append(begin..<bytes.count)
            }
        }
        let answer = PostgresRow.Answer(names, bytes, fields)
        return (0..<Int(count)).map { PostgresRow(answer: answer, start: $0 * Int(width)) }
    }

    /// From any thread: asks the server to give up the statement that runs.
    func cancel() {
        self.canceller.withLock { canceller, _ in
            guard let canceller else { return }
            var text = [CChar](repeating: 0, count: 256)
            // The deadline's error says what happened; that the request failed adds nothing.
            _ = PQcancel(canceller, &text, Int32(text.count))
        }
    }

    // MARK: Notifications

    /// Waits up to `timeout` for notifications on the channels that were listened to.
    ///
    /// - Returns: channel and payload of each.
    func notifications(within timeout: Duration) throws(PostgresError) -> [(String, String)] {
        var found = self.takeNotifications()
        if found.isEmpty {
            guard Descriptor.waitReadable(PQsocket(self.handle), timeout) else { return [] }
            guard PQconsumeInput(self.handle) == 1 else {
                throw PostgresError(.unavailable, "the connection to the database was lost")
            }
            found = self.takeNotifications()
        }
        return found
    }

    private func takeNotifications() -> [(String, String)] {
        var found: [(String, String)] = []
        while let note = PQnotifies(self.handle) {
            found.append(
                (String(cString: note.pointee.relname), String(cString: note.pointee.extra)))
            PQfreemem(note)
        }
        return found
    }
}
