import HTTPCore
import ServiceKit

/// The parameters of a query, each taken once; what is left over is refused by name.
struct Parameters {
    private var values: [String: String] = [:]

    /// Longest value that any parameter may have.
    private static let valueBytesMax = 1000

    init(_ request: HTTPRequest) throws(Problem) {
        guard let parameters = request.parameters else {
            throw Problem.invalid("The query is not percent-encoded UTF-8.")
        }
        for (name, value) in parameters {
            guard self.values[name] == nil else {
                throw Problem.invalid("\(Self.shown(name)) stands twice in the query.")
            }
            guard value.utf8.count <= Self.valueBytesMax else {
                throw Problem.invalid("\(Self.shown(name)) is too long.")
            }
            self.values[name] = value
        }
    }

    private static func shown(_ name: String) -> String { String(name.prefix(60)) }

    mutating func text(_ name: String) throws(Problem) -> String? {
        guard let value = self.values.removeValue(forKey: name) else { return nil }
        guard !value.isEmpty else { throw Problem.invalid("\(name) is empty.") }
        return value
    }

    /// Text that may be empty, such as a search.
    mutating func search(_ name: String) -> String { self.values.removeValue(forKey: name) ?? "" }

    mutating func choice(
        _ name: String, of choices: [String], default fallback: String
    ) throws(Problem) -> String {
        guard let value = try self.text(name) else { return fallback }
        guard choices.contains(value) else {
            throw Problem.invalid("\(name) is one of \(choices.joined(separator: ", ")).")
        }
        return value
    }

    mutating func number(
        _ name: String, default fallback: Int, in range: ClosedRange<Int>
    ) throws(Problem) -> Int {
        guard let text = try self.text(name) else { return fallback }
        guard let number = Int(text), range.contains(number), text.first != "+" else {
            throw Problem.invalid(
                "\(name) is a whole number from \(range.lowerBound) to \(range.upperBound).")
        }
        return number
    }

    mutating func day(_ name: String) throws(Problem) -> Int32 {
        guard let text = try self.text(name) else { return 0 }
        guard let day = CivilDay(text) else {
            throw Problem.invalid("\(name) is a day, written YYYY-MM-DD.")
        }
        return day.rawValue
    }

    /// `page` and `page_size`.
    mutating func page(sizeMax: Int) throws(Problem) -> (number: UInt32, size: UInt32) {
        let number = try self.number("page", default: 1, in: 1...1_000_000)
        let size = try self.number("page_size", default: 50, in: 1...sizeMax)
        return (UInt32(number), UInt32(size))
    }

    /// Refuses what nobody asked for.
    func finish() throws(Problem) {
        guard let name = self.values.keys.min() else { return }
        throw Problem.invalid("The parameter \(Self.shown(name)) is not known here.")
    }
}
