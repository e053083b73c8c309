import JSON
import ServiceKit

/// Reads rows by their schema: every scalar travels as text or null, names and types apart from it.
struct BigQueryRows: Hashable, Sendable {
    /// A column, or a member of one.
    struct Field: Hashable, Sendable {
        var name: String
        /// `INTEGER` and `INT64`, `RECORD` and `STRUCT` are two words for one type each.
        var type: String
        var isRepeated: Bool
        var fields: [Field]
    }

    /// What a cell holds.
    indirect enum Cell: Hashable, Sendable {
        case null
        case text(String)
        case integer(Int64)
        case number(Double)
        case bool(Bool)
        case time(Timestamp)
        case list([Cell])
        case record([Cell])
    }

    /// What does not fit; words without content.
    struct Fault: Error, Hashable, Sendable {
        var message: String
    }

    let fields: [Field]

    /// - Parameter schema: `{"fields": […]}`.
    init(schema: JSONValue?) throws(Fault) { fields = try Self.fields(schema?["fields"]) }

    private static func fields(_ list: JSONValue?) throws(Fault) -> [Field] {
        guard let list = list?.array else { throw Fault(message: "the answer has no schema") }
        var fields: [Field] = []
        for entry in list {
            guard let name = entry["name"]?.string, let type = entry["type"]?.string else {
                throw Fault(message: "a column of the schema has no name or type")
            }
            let isRecord = type == "RECORD" || type == "STRUCT"
            fields.append(
                Field(
                    name: name, type: type, isRepeated: entry["mode"]?.string == "REPEATED",
                    fields: isRecord ? try self.fields(entry["fields"]) : []))
        }
        return fields
    }

    /// Where a column stands.
    ///
    /// - Parameter types: words of which its type is one.
    /// - Throws: `Fault` when the schema has no such column: it changed.
    func index(of name: String, _ types: String...) throws(Fault) -> Int {
        guard let index = fields.firstIndex(where: { $0.name == name }) else {
            throw Fault(message: "the answer has no column \(name)")
        }
        guard types.contains(fields[index].type), !fields[index].isRepeated else {
            throw Fault(message: "the column \(name) is of the type \(fields[index].type)")
        }
        return index
    }

    /// The cells of a row, `{"f": [{"v": …}]}`.
    func cells(_ row: JSONValue) throws(Fault) -> [Cell] { try Self.cells(row, fields) }

    private static func cells(_ row: JSONValue, _ fields: [Field]) throws(Fault) -> [Cell] {
        guard let entries = row["f"]?.array, entries.count == fields.count else {
            throw Fault(message: "a row does not have the columns of its schema")
        }
        var cells: [Cell] = []
        cells.reserveCapacity(fields.count)
        for (field, entry) in zip(fields, entries) {
            guard let value = entry["v"] else {
                throw Fault(message: "a cell of \(field.name) has no value")
            }
            cells.append(try cell(value, field))
        }
        return cells
    }

    private static func cell(_ value: JSONValue, _ field: Field) throws(Fault) -> Cell {
        guard field.isRepeated else { return try single(value, field) }
        guard let entries = value.array else { throw misfit(field) }
        var list: [Cell] = []
        for entry in entries { list.append(try single(entry["v"] ?? .null, field)) }
        return .list(list)
    }

    private static func single(_ value: JSONValue, _ field: Field) throws(Fault) -> Cell {
        if value == .null { return .null }
        if !field.fields.isEmpty { return .record(try cells(value, field.fields)) }
        guard let text = value.string, let cell = scalar(text, field.type) else {
            throw misfit(field)
        }
        return cell
    }

    private static func scalar(_ text: String, _ type: String) -> Cell? {
        switch type {
        case "INTEGER", "INT64": Int64(text).map { .integer($0) }
        case "FLOAT", "FLOAT64": Double(text).map { .number($0) }
        case "BOOLEAN", "BOOL":
            text == "true" ? .bool(true) : text == "false" ? .bool(false) : nil
        case "TIMESTAMP": time(text).map { .time($0) }
        case "RECORD", "STRUCT": nil
        case _: .text(text)
        }
    }

    /// Microseconds as we ask for them, or seconds with a fraction, `1.680307200123456E9`.
    static func time(_ text: String) -> Timestamp? {
        if let whole = Int64(text) { return Timestamp(rawValue: whole) }
        // A double tells microseconds apart until the year 2112 and beyond.
        guard let seconds = Double(text), abs(seconds) < 9e12 else { return nil }
        return Timestamp(rawValue: Int64((seconds * 1_000_000).rounded()))
    }

    private static func misfit(_ field: Field) -> Fault {
        Fault(message: "a value of \(field.name) is no \(field.type)")
    }
}

extension BigQueryRows.Cell {
    /// The text; nil for null.
    var text: String? {
        if case .text(let value) = self { return value }
        return nil
    }

    /// The whole number; nil for null.
    var integer: Int64? {
        if case .integer(let value) = self { return value }
        return nil
    }

    /// True or false; nil for null.
    var bool: Bool? {
        if case .bool(let value) = self { return value }
        return nil
    }

    /// The instant; nil for null.
    var time: Timestamp? {
        if case .time(let value) = self { return value }
        return nil
    }
}
