/// Writes lines of one service: as JSON for machines, or readable for people.
public struct Logger: Sendable {
    /// The forms of a line.
    public enum Format: Sendable {
        /// One JSON object a line.
        case json
        /// Time, level, message and facts.
        case text
    }

    /// The trace of the request that a task works for; every line that it writes bears it. It is
    /// made readable then: most tasks write none.
    @TaskLocal public static var trace: (any CustomStringConvertible & Sendable)?

    private let service: String
    private let level: LogLevel
    private let format: Format
    private let clock: WallClock
    private let sink: @Sendable (String) -> Void

    /// Makes a logger.
    ///
    /// - Parameters:
    ///   - level: less grave lines are dropped.
    ///   - sink: takes whole lines, without their newline; from any thread.
    public init(
        service: String, level: LogLevel = .info, format: Format = .json, clock: WallClock,
        sink: @escaping @Sendable (String) -> Void
    ) {
        self.service = service
        self.level = level
        self.format = format
        self.clock = clock
        self.sink = sink
    }

    /// A logger that says nothing, for tests.
    public static let silent = Logger(
        service: "", level: .error, clock: WallClock { Timestamp(rawValue: 0) }, sink: { _ in })

    /// Writes a line of use to developers alone.
    public func debug(_ message: String, _ fields: [String: String] = [:]) {
        self.log(.debug, message, fields)
    }

    /// Writes what happened.
    public func info(_ message: String, _ fields: [String: String] = [:]) {
        self.log(.info, message, fields)
    }

    /// Writes what somebody should look at.
    public func warning(_ message: String, _ fields: [String: String] = [:]) {
        self.log(.warning, message, fields)
    }

    /// Writes what went wrong.
    public func error(_ message: String, _ fields: [String: String] = [:]) {
        self.log(.error, message, fields)
    }

    /// Whether lines of a level are written; asked before costly ones are made.
    public func writes(_ level: LogLevel) -> Bool { level >= self.level }

    private func log(_ level: LogLevel, _ message: String, _ fields: [String: String]) {
        guard level >= self.level else { return }
        let time = self.clock.now()
        var fields = fields
        if let trace = Self.trace { fields["trace"] = fields["trace"] ?? trace.description }
        let sorted = fields.sorted { $0.key < $1.key }
        switch self.format {
        case .json:
            var writer = JSONWriter()
            writer.object { object in
                object.member("time", time.precise)
                object.member("level", level.rawValue)
                object.member("service", self.service)
                object.member("message", message)
                for (key, value) in sorted { object.member(key, value) }
            }
            self.sink(writer.text)
        case .text:
            let facts = sorted.map { " \($0.key)=\(Self.visible($0.value))" }.joined()
            let head = "\(time.precise.dropFirst(11).prefix(12)) \(level.rawValue)"
            self.sink("\(head) \(self.service): \(Self.visible(message))\(facts)")
        }
    }

    /// Control characters are shown, so that no line can move a terminal's cursor.
    public static func visible(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { Self.isControl($0) }) else { return text }
        var out = ""
        for scalar in text.unicodeScalars {
            if Self.isControl(scalar) {
                out += "\\u{" + String(scalar.value, radix: 16) + "}"
            } else {
                out.unicodeScalars.append(scalar)
            }
        }
        return out
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        let value = scalar.value
        return value < 32 || (127...159).contains(value) || (0x202A...0x202E).contains(value)
            || (0x2066...0x2069).contains(value)
    }
}
