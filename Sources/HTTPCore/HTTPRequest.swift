/// A field of a head; names keep their spelling and compare in any case.
public struct HTTPField: Sendable, Hashable {
    /// Such as `Content-Type`.
    public let name: String
    /// Without blanks around it.
    public let value: String

    /// Makes a field.
    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// One request, its body whole.
public struct HTTPRequest: Sendable, Hashable {
    /// Such as `GET`.
    public var method: String
    /// The path as sent, percent-encoded, without the query.
    public var path: String
    /// What stands behind `?`, percent-encoded; nil without one.
    public var query: String?
    /// The fields, in order.
    public var fields: [HTTPField]
    /// The body; empty without one.
    public var body: [UInt8]
    /// Whether the connection may be used again.
    public var keepsAlive: Bool

    /// Makes a request.
    public init(
        method: String, path: String, query: String? = nil, fields: [HTTPField] = [],
        body: [UInt8] = [], keepsAlive: Bool = true
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.fields = fields
        self.body = body
        self.keepsAlive = keepsAlive
    }

    /// The first field of a name, in any case.
    public subscript(name: String) -> String? {
        let wanted = name.lowercased()
        return self.fields.first { $0.name.lowercased() == wanted }?.value
    }

    /// The path's segments, decoded; nil when one is no UTF-8, holds NUL or a slash, or is `..`.
    public var segments: [String]? {
        var segments: [String] = []
        for part in self.path.split(separator: "/", omittingEmptySubsequences: false).dropFirst() {
            guard let text = PercentCoding.decode(part), !text.contains("/"), text != "..",
                text != ".", !text.unicodeScalars.contains("\0")
            else { return nil }
            segments.append(text)
        }
        if segments.last == "" { segments.removeLast() }
        return segments.contains("") ? nil : segments
    }

    /// The query's parameters, decoded, in order; nil when one does not decode.
    public var parameters: [(name: String, value: String)]? {
        guard let query, !query.isEmpty else { return [] }
        var list: [(name: String, value: String)] = []
        for pair in query.split(separator: "&", omittingEmptySubsequences: true) {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentCoding.decode(parts[0], plusIsBlank: true),
                let value = PercentCoding.decode(parts.count > 1 ? parts[1] : "", plusIsBlank: true)
            else { return nil }
            list.append((name, value))
        }
        return list
    }
}

/// `%20` and its like (RFC 3986 section 2.1).
public enum PercentCoding {
    /// The text; nil for a broken escape or bytes that are no UTF-8.
    public static func decode(_ text: some StringProtocol, plusIsBlank: Bool = false) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == 43 && plusIsBlank {
                bytes.append(32)
            } else if byte == 37 {
                guard let high = rest.popFirst().flatMap(self.digit),
                    let low = rest.popFirst().flatMap(self.digit)
                else { return nil }
                bytes.append(high << 4 | low)
            } else {
                bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    /// The text with everything but letters, digits and `-._~` escaped.
    public static func encode(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF")
        var out = ""
        for byte in text.utf8 {
            let isPlain =
                (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                || [45, 46, 95, 126].contains(byte)
            if isPlain {
                out.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                out += "%" + String(digits[Int(byte >> 4)]) + String(digits[Int(byte & 15)])
            }
        }
        return out
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 48...57: byte - 48
        case 65...70: byte - 55
        case 97...102: byte - 87
        case _: nil
        }
    }
}
