public import RPC
public import ServiceKit

/// A name for a call that operators make often.
public struct ProbeVerb: Sendable {
    /// Its name on the command line.
    public let name: String
    /// Its arguments and what it does, in one line.
    public let usage: String
    /// Flags with a value that it takes beside the common ones.
    public let options: Set<String>
    /// Flags without a value that it takes beside the common ones.
    public let switches: Set<String>
    /// Runs it; the exit code.
    public let run: @Sendable (ProbeContext) async throws -> Int32

    /// Makes a verb.
    public init(
        _ name: String, _ usage: String, options: Set<String> = [], switches: Set<String> = [],
        run: @escaping @Sendable (ProbeContext) async throws -> Int32
    ) {
        self.name = name
        self.usage = usage
        self.options = options
        self.switches = switches
        self.run = run
    }
}

/// What a verb works with.
public struct ProbeContext: Sendable {
    /// The channel to the service.
    public let channel: RPCChannel
    /// Words and flags.
    public let arguments: CommandLineArguments
    /// Time for a call.
    public let options: CallOptions
    /// Whether data is wanted as JSON.
    public let json: Bool

    /// Writes data to standard output.
    public func output(_ text: String) { SystemAccess.writeOutput(text + "\n") }

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
