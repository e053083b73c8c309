/// What is wrong with a configuration: every fault at once.
public struct ConfigurationFaults: Error, Sendable, Hashable, CustomStringConvertible {
    /// One sentence each, naming the variable.
    public let faults: [String]

    /// Makes it from its sentences.
    public init(faults: [String]) { self.faults = faults }

    /// One fault a line.
    public var description: String { self.faults.joined(separator: "\n") }
}

/// One variable, for `--help`.
public struct ConfigurationVariable: Sendable, Hashable {
    /// Such as `TALLY_RPC_LISTEN`.
    public let name: String
    /// The default in words; nothing when it is required or absent.
    public let fallback: String
    /// What it means, with its unit.
    public let meaning: String
}

/// Reads typed values from environment variables and collects what is wrong with them.
///
/// Files are read by a function that comes in, so that nothing here does I/O.
public struct ConfigurationReader: Sendable {
    /// What reading a secret's file may say.
    public enum FileFault: Error, Sendable {
        /// It is not there or cannot be read.
        case unreadable
        /// Others may read it.
        case tooOpen
    }

    private let environment: [String: String]
    private let readSecret: @Sendable (String) -> Result<String, FileFault>
    private var faults: [String] = []
    private var allowed: Set<String> = []
    /// The variables asked for so far, in order.
    public private(set) var variables: [ConfigurationVariable] = []

    /// A reader of the given variables.
    public init(
        environment: [String: String],
        readSecret: @escaping @Sendable (String) -> Result<String, FileFault> = { _ in
            .failure(.unreadable)
        }
    ) {
        self.environment = environment
        self.readSecret = readSecret
    }

    private mutating func raw(_ name: String, _ fallback: String, _ meaning: String) -> String? {
        self.variables.append(
            ConfigurationVariable(name: name, fallback: fallback, meaning: meaning))
        guard let value = self.environment[name], !value.isEmpty else { return nil }
        return value
    }

    /// Notes a fault that the caller found.
    public mutating func fault(_ sentence: String) { self.faults.append(sentence) }

    /// Text, or the default.
    public mutating func string(
        _ name: String, default fallback: String, _ meaning: String
    ) -> String {
        self.raw(name, fallback, meaning) ?? fallback
    }

    /// Text that must be there.
    public mutating func required(_ name: String, _ meaning: String) -> String {
        if let value = self.raw(name, "", meaning) { return value }
        self.fault("\(name) is missing: \(meaning)")
        return ""
    }

    /// Text, or nil.
    public mutating func optional(_ name: String, _ meaning: String) -> String? {
        self.raw(name, "", meaning)
    }

    /// A whole number within a range.
    public mutating func integer(
        _ name: String, default fallback: Int, in range: ClosedRange<Int>, _ meaning: String
    ) -> Int {
        guard let text = self.raw(name, "\(fallback)", meaning) else { return fallback }
        guard let value = Int(text), range.contains(value) else {
            self.fault(
                "\(name) is \"\(text)\": write a whole number from "
                    + "\(range.lowerBound) to \(range.upperBound)")
            return fallback
        }
        return value
    }

    /// A length of time such as `500ms`, `10s`, `5m` or `2h`.
    public mutating func duration(
        _ name: String, default fallback: String, _ meaning: String
    ) -> Duration {
        let text = self.raw(name, fallback, meaning) ?? fallback
        if let duration = Duration(parsing: text) { return duration }
        self.fault("\(name) is \"\(text)\": write a time such as 500ms, 10s or 5m")
        return .zero
    }

    /// One of several words.
    public mutating func choice<Value: RawRepresentable & CaseIterable>(
        _ name: String, default fallback: Value, _ meaning: String
    ) -> Value where Value.RawValue == String {
        guard let text = self.raw(name, fallback.rawValue, meaning) else { return fallback }
        if let value = Value(rawValue: text) { return value }
        let words = Value.allCases.map(\.rawValue).joined(separator: ", ")
        self.fault("\(name) is \"\(text)\": write one of \(words)")
        return fallback
    }

    /// Words with commas between.
    public mutating func list(_ name: String, _ meaning: String) -> [String] {
        let text = self.raw(name, "", meaning) ?? ""
        return text.split(separator: ",").map { part in
            String(part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        }
    }

    /// The content of a secret's file, without its last newline; nil when no file is named.
    public mutating func secret(_ name: String, _ meaning: String) -> String? {
        guard let path = self.raw(name, "", meaning) else { return nil }
        switch self.readSecret(path) {
        case .success(let text):
            let secret = text.hasSuffix("\n") ? String(text.dropLast()) : text
            if secret.isEmpty { self.fault("\(name): the file is empty") }
            return secret
        case .failure(.unreadable):
            self.fault("\(name): the file cannot be read")
        case .failure(.tooOpen):
            self.fault("\(name): others may read the file; chmod 600 it")
        }
        return nil
    }

    /// Names that may be there although nobody here reads them: those of a neighbour.
    public mutating func allow(_ names: [String]) { self.allowed.formUnion(names) }

    /// Ends the reading: variables that begin with `TALLY_` and were not asked for are faults, too.
    ///
    /// - Throws: `ConfigurationFaults` with everything that is wrong.
    public func finish() throws(ConfigurationFaults) {
        let known = self.allowed.union(self.variables.map(\.name))
        let unknown = self.environment.keys.filter { $0.hasPrefix("TALLY_") && !known.contains($0) }
        let sentences = unknown.sorted().map { name in
            let near = known.sorted().min { Self.distance($0, name) < Self.distance($1, name) }
            return "\(name) is not known" + (near.map { "; did you mean \($0)?" } ?? "")
        }
        let all = self.faults + sentences
        if !all.isEmpty { throw ConfigurationFaults(faults: all) }
    }

    /// Edits between two names.
    static func distance(_ left: String, _ right: String) -> Int {
        let (a, b) = (Array(left.utf8), Array(right.utf8))
        var row = Array(0...b.count)
        for (i, letter) in a.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, other) in b.enumerated() {
                let change = diagonal + (letter == other ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(change, row[j] + 1, row[j + 1] + 1)
            }
        }
        return row[b.count]
    }
}

extension Duration {
    /// Reads `250us`, `500ms`, `10s`, `5m` or `2h`; nil for anything else, and for more than a
    /// week.
    public init?(parsing text: String) {
        let units: [(String, Int64)] = [
            ("us", 1), ("ms", 1000), ("s", 1_000_000), ("m", 60_000_000), ("h", 3_600_000_000),
        ]
        for (unit, microseconds) in units where text.hasSuffix(unit) {
            guard let number = Int64(text.dropLast(unit.count)), number >= 0,
                number <= 604_800_000_000 / microseconds
            else { continue }
            self = .microseconds(number * microseconds)
            return
        }
        return nil
    }
}
