/// A command line that does not fit its command.
public struct UsageError: Error, Sendable, Hashable {
    /// What is wrong, in one sentence.
    public let message: String

    /// Makes it.
    public init(_ message: String) { self.message = message }
}

/// Words and flags of a command: `verb WORD --flag --option VALUE -n 3`.
public struct CommandLineArguments: Sendable {
    private var values: [String: [String]] = [:]
    private var switches: Set<String> = []
    /// What is neither flag nor value, in order.
    public let words: [String]

    /// Splits the arguments.
    ///
    /// - Parameters:
    ///   - switches: flags without a value, with their dashes.
    ///   - options: flags with a value, with their dashes.
    /// - Throws: `UsageError` for an unknown flag or a missing value.
    public init(
        _ arguments: [String], switches known: Set<String>, options: Set<String>
    ) throws(UsageError) {
        var words: [String] = []
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            if argument == "--" {
                words += rest
                break
            }
            let (name, attached) = Self.split(argument)
            if !argument.hasPrefix("-") || argument == "-" {
                words.append(argument)
            } else if known.contains(argument) {
                self.switches.insert(argument)
            } else if options.contains(name) {
                guard let value = attached ?? rest.popFirst() else {
                    throw UsageError("\(name) needs a value")
                }
                self.values[name, default: []].append(value)
            } else {
                throw UsageError("unknown flag \(argument)")
            }
        }
        self.words = words
    }

    private static func split(_ argument: String) -> (String, String?) {
        guard argument.hasPrefix("--"), let equals = argument.firstIndex(of: "=") else {
            return (argument, nil)
        }
        return (String(argument[..<equals]), String(argument[argument.index(after: equals)...]))
    }

    /// Whether a flag stands there.
    public func has(_ name: String) -> Bool { self.switches.contains(name) }

    /// The last value of an option.
    public func value(_ name: String) -> String? { self.values[name]?.last }

    /// All values of an option.
    public func all(_ name: String) -> [String] { self.values[name] ?? [] }

    /// A whole number, or the default.
    public func integer(
        _ name: String, default fallback: Int, in range: ClosedRange<Int>
    ) throws(UsageError) -> Int {
        guard let text = self.value(name) else { return fallback }
        guard let number = Int(text), range.contains(number) else {
            throw UsageError(
                "\(name) wants \(range.lowerBound) to \(range.upperBound), not \(text)")
        }
        return number
    }

    /// A length of time, or the default.
    public func duration(_ name: String, default fallback: Duration) throws(UsageError) -> Duration
    {
        guard let text = self.value(name) else { return fallback }
        guard let duration = Duration(parsing: text) else {
            throw UsageError("\(name) wants a time such as 500ms or 10s, not \(text)")
        }
        return duration
    }

    /// A day, or nil when none is given.
    public func day(_ name: String) throws(UsageError) -> CivilDay? {
        guard let text = self.value(name) else { return nil }
        guard let day = CivilDay(text) else {
            throw UsageError("\(name) wants a day as YYYY-MM-DD, not \(text)")
        }
        return day
    }
}
