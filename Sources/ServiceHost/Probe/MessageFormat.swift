internal import JSON
internal import ServiceKit

/// How `probe call` writes a message.
enum MessageFormat: String, CaseIterable, Sendable {
    /// One object a line on a pipe, indented on a terminal.
    case json
    /// One object a line, always.
    case jsonl
    /// Protobuf's text form.
    case text

    /// The text of a message whose JSON text is known.
    func render(_ json: String, isTerminal: Bool) -> String {
        switch self {
        case .jsonl: return json
        case .json where !isTerminal: return json
        case .json, .text:
            // The text is our own, so it parses; if it did not, it would be shown as it is.
            guard let value = try? JSONReader.read(Array(json.utf8)) else { return json }
            return self == .json ? Self.indented(value, "") : Self.fields(of: value, "")
        }
    }

    private static func indented(_ value: JSONValue, _ margin: String) -> String {
        let inner = margin + "  "
        switch value {
        case .object(let members) where !members.isEmpty:
            let lines = members.map { member in
                "\(inner)\(self.scalar(.string(member.key))): \(self.indented(member.value, inner))"
            }
            return "{\n\(lines.joined(separator: ",\n"))\n\(margin)}"
        case .array(let elements) where !elements.isEmpty:
            let lines = elements.map { inner + self.indented($0, inner) }
            return "[\n\(lines.joined(separator: ",\n"))\n\(margin)]"
        case .object: return "{}"
        case .array: return "[]"
        case .null, .bool, .int, .uint, .double, .string: return self.scalar(value)
        }
    }

    private static func fields(of value: JSONValue, _ margin: String) -> String {
        guard case .object(let members) = value else { return margin + self.scalar(value) }
        var lines: [String] = []
        for member in members {
            for element in member.value.array ?? [member.value] {
                if case .object = element {
                    let inside = self.fields(of: element, margin + "  ")
                    lines.append("\(margin)\(member.key) {")
                    if !inside.isEmpty { lines.append(inside) }
                    lines.append("\(margin)}")
                } else {
                    lines.append("\(margin)\(member.key): \(self.scalar(element))")
                }
            }
        }
        return lines.joined(separator: "\n")
    }

    private static func scalar(_ value: JSONValue) -> String {
        var writer = JSONWriter()
        switch value {
        case .bool(let value): writer.value(value)
        case .int(let value): writer.value(value)
        case .uint(let value): writer.value(value)
        case .double(let value): writer.value(value)
        case .string(let value): writer.value(value)
        case .null, .array, .object: writer.raw("null")
        }
        return writer.text
    }
}
