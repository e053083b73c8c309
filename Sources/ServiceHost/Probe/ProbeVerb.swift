public import RPC
public import RPCCore
public import ServiceKit

/// A name for a call that operators make often.
public struct ProbeVerb: Sendable {
    /// Its name on the command line.
    public let name: String
    /// Its arguments and what it does, in one line.
    public let usage: String
    /// Most words that it takes.
    public let wordsMax: Int
    /// Flags with a value that it takes beside the common ones.
    public let options: Set<String>
    /// Flags without a value that it takes beside the common ones.
    public let switches: Set<String>
    /// Runs it; the exit code.
    public let run: @Sendable (ProbeContext) async throws -> Int32
    /// Whether it asks a service; what fails without has no peer.
    private(set) var asksService = true
    /// The exit code of a failed call.
    private(set) var exitCode: @Sendable (RPCError) -> Int32 = { 64 + $0.code.rawValue }

    /// Makes a verb.
    public init(
        _ name: String, _ usage: String, words: Int = 0, options: Set<String> = [],
        switches: Set<String> = [],
        run: @escaping @Sendable (ProbeContext) async throws -> Int32
    ) {
        self.name = name
        self.usage = usage
        self.wordsMax = words
        self.options = options
        self.switches = switches
        self.run = run
    }

    /// The same verb, which asks no service.
    func alone() -> Self {
        var verb = self
        verb.asksService = false
        return verb
    }

    /// The words and flags of its command line.
    ///
    /// - Throws: `UsageError` for what it would not look at.
    func parse(_ arguments: [String]) throws(UsageError) -> CommandLineArguments {
        let parsed = try CommandLineArguments(
            arguments, switches: Probe.switches.union(self.switches),
            options: Probe.options.union(self.options))
        guard parsed.words.count <= self.wordsMax else {
            throw UsageError("\(self.name) does not take \(parsed.words[self.wordsMax])")
        }
        return parsed
    }

    /// The same verb with exit codes of its own for failed calls.
    func exiting(_ exitCode: @escaping @Sendable (RPCError) -> Int32) -> Self {
        var verb = self
        verb.exitCode = exitCode
        return verb
    }
}

/// What a verb works with.
public struct ProbeContext: Sendable {
    /// The channel to the service.
    public let channel: RPCChannel
    /// Its address, as it was given; empty for a verb that asks no service.
    let address: String
    /// Another channel of the same kind, for load over several connections.
    let anotherChannel: @Sendable () throws -> RPCChannel
    /// When the command began.
    let started: ContinuousClock.Instant
    /// Words and flags.
    public let arguments: CommandLineArguments
    /// Time for a call.
    public let options: CallOptions
    /// Whether data is wanted as JSON.
    public let json: Bool

    /// The flag of commands that show the same again and again.
    static let watchSwitch = "--watch"
    /// Between two looks of such a command.
    private static let watchPause = Duration.seconds(1)

    /// Runs `body` once, or with `--watch` each second until somebody interrupts it.
    ///
    /// - Returns: exit code 0.
    func repeated(_ body: () async throws -> Void) async throws -> Int32 {
        let isWatching = self.arguments.has(Self.watchSwitch)
        while true {
            // On a terminal the new picture takes the place of the old one.
            if isWatching && !self.json && SystemAccess.isTerminal(1) {
                SystemAccess.writeOutput("\u{1B}[H\u{1B}[2J")
            }
            try await body()
            guard isWatching else { return 0 }
            try await Task.sleep(for: Self.watchPause)
        }
    }

    /// Milliseconds since the command began.
    var elapsedMilliseconds: Int64 {
        Int64((ContinuousClock.now - self.started) / .milliseconds(1))
    }

    /// Tells of a failure on standard error: words, or JSON where data is JSON.
    ///
    /// - Parameter words: what people read; nil = the error's own words.
    public func report(_ error: RPCError, words: String? = nil) {
        self.say(
            self.json
                ? ProbeFailure(error, peer: self.address, elapsed: self.elapsedMilliseconds).json
                : Logger.visible(words ?? "\(error)"))
    }

    /// Writes data to standard output. When nobody reads it any more the command is over; when it
    /// cannot be written the command has failed, whatever the service answered.
    public func output(_ text: String) {
        switch SystemAccess.writeOutput(text + "\n") {
        case .whole: return
        case .unread: SystemAccess.end(0)
        case .failed(let cause):
            self.report(ProbeFailure.output(cause))
            SystemAccess.end(1)
        }
    }

    /// Tells people what goes on; a program that reads JSON looks there for failures alone.
    public func note(_ text: String) {
        if !self.json { self.say(text) }
    }

    /// Writes words for people to standard error.
    public func say(_ text: String) { SystemAccess.writeError(text) }

    /// Writes rows with their columns aligned; numbers to the right.
    public func table(_ header: [String], _ rows: [[String]]) {
        self.output(Self.aligned([header] + rows).joined(separator: "\n"))
    }

    static func aligned(_ rows: [[String]]) -> [String] {
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in
            rows.map { $0.count > column ? $0[column].count : 0 }.max() ?? 0
        }
        return rows.map { row in
            let cells = row.enumerated().map { column, cell in
                let blanks = String(repeating: " ", count: widths[column] - cell.count)
                let isNumber = cell.first?.isNumber == true && Double(cell) != nil
                return isNumber ? blanks + cell : cell + blanks
            }
            let line = cells.joined(separator: "  ")
            return String(line.reversed().drop { $0 == " " }.reversed())
        }
    }

    /// The word at a position.
    ///
    /// - Throws: `UsageError` when it is missing.
    public func word(_ index: Int, _ name: String) throws(UsageError) -> String {
        guard index < self.arguments.words.count else { throw UsageError("\(name) is missing") }
        return self.arguments.words[index]
    }

    /// `owner/name` at a position, split.
    public func repository(_ index: Int) throws(UsageError) -> (owner: String, name: String) {
        let parts = try self.word(index, "OWNER/NAME").split(
            separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
            throw UsageError("a repository is written OWNER/NAME")
        }
        return (String(parts[0]), String(parts[1]))
    }
}
