import JSON
import RPCCore

/// A formula as people write it: `{"name", "version", "weights": {counter: points}, "cap"}`
/// (BAD-13). Points have at most three decimals, so that thousandths hold them exactly.
struct FormulaDocument: Hashable, Sendable {
    let name: String
    /// Nil: the next one of the name.
    let version: Int32?
    /// Thousandths of a point, in the order of `CounterColumns.names`.
    let weights: [Int64]
    /// Thousandths.
    let cap: Int64

    /// A document holds a dozen numbers; this leaves room for blanks.
    static let bytesMax = 16_384
    /// Names stand in addresses and on badges.
    static let nameBytesMax = 40
    static let versionMax: Int64 = 1_000_000
    /// Points for one contribution: with 10^9 of them a sum still fits 64 bits of thousandths.
    static let weightMax: Int64 = 1_000_000
    /// Points that lines can bring at most.
    static let capMax: Int64 = 1_000_000_000

    /// - Throws: `RPCError` with `invalidArgument` whose words begin with the place of the fault.
    init(_ text: String) throws(RPCError) {
        guard text.utf8.count <= Self.bytesMax else {
            throw Self.fault("document", "at most \(Self.bytesMax) bytes")
        }
        let json: JSONValue
        do throws(JSONError) { json = try JSONReader.read(text) } catch {
            throw Self.fault("document", "not taken as JSON: \(error.message)")
        }
        guard case .object = json else { throw Self.fault("document", "one JSON object") }
        try Self.check(json, known: ["name", "version", "weights", "cap"], "")
        self.name = try Self.name(json["name"])
        self.version = try Self.version(json["version"])
        let weights = json["weights"] ?? .null
        guard case .object = weights else {
            throw Self.fault("weights", "an object with points for every counter")
        }
        try Self.check(weights, known: Set(CounterColumns.names), "weights.")
        self.weights = try CounterColumns.names.map { (counter) throws(RPCError) in
            try Self.thousandths(weights[counter], "weights.\(counter)", max: Self.weightMax)
        }
        self.cap = try Self.thousandths(json["cap"], "cap", max: Self.capMax)
    }

    private static func fault(_ place: String, _ words: String) -> RPCError {
        RPCError(.invalidArgument, "\(place): \(words)")
    }

    private static func check(
        _ json: JSONValue, known: Set<String>, _ place: String
    ) throws(RPCError) {
        for key in json.keys where !known.contains(key) {
            throw self.fault(place + String(key.prefix(60)), "not known here")
        }
    }

    private static func name(_ value: JSONValue?) throws(RPCError) -> String {
        let words = "1 to \(Self.nameBytesMax) letters, digits, dots, dashes or underscores"
        guard let name = value?.string, Self.isName(name) else { throw self.fault("name", words) }
        return name
    }

    /// Whether a text can name a formula.
    static func isName(_ text: String) -> Bool {
        (1...Self.nameBytesMax).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                    || byte == 45 || byte == 46 || byte == 95
            }
    }

    private static func version(_ value: JSONValue?) throws(RPCError) -> Int32? {
        guard let value, value != .null else { return nil }
        guard let number = value.int, (1...Self.versionMax).contains(number) else {
            throw self.fault("version", "a whole number from 1 to \(Self.versionMax)")
        }
        return Int32(number)
    }

    private static func thousandths(
        _ value: JSONValue?, _ place: String, max: Int64
    ) throws(RPCError) -> Int64 {
        switch value {
        case .int(let whole)? where (0...max).contains(whole): return whole * 1000
        case .double(let number)? where number >= 0 && number <= Double(max):
            let rounded = (number * 1000).rounded()
            // The nearest double to a number with three decimals is that of this quotient.
            guard rounded / 1000 == number else {
                throw self.fault(place, "at most three decimals")
            }
            return Int64(rounded)
        case nil: throw self.fault(place, "missing")
        case .some: throw self.fault(place, "a number of points from 0 to \(max)")
        }
    }
}

/// Which formula somebody asks for: nothing = the active one, `name`, or `name/version`.
enum FormulaReference: Hashable, Sendable {
    case active
    case newest(String)
    case exact(String, Int32)

    init(_ text: String) throws(RPCError) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        if text.isEmpty {
            self = .active
        } else if parts.count == 1, FormulaDocument.isName(parts[0]) {
            self = .newest(parts[0])
        } else if parts.count == 2, FormulaDocument.isName(parts[0]),
            let version = Int32(parts[1]), version > 0, parts[1].first != "+"
        {
            self = .exact(parts[0], version)
        } else {
            throw RPCError(.invalidArgument, "formula: a name, or name/version")
        }
    }
}
