/// Appends JSON text: objects, lists and values in the order written.
public struct JSONWriter: Sendable {
    /// The text so far, UTF-8.
    public private(set) var bytes: [UInt8] = []
    private var needsComma = false

    /// An empty text.
    public init() {}

    /// The text.
    public var text: String { String(decoding: self.bytes, as: UTF8.self) }

    private mutating func begin() {
        if self.needsComma { self.bytes.append(44) }
        self.needsComma = true
    }

    /// An object; `body` adds its members.
    public mutating func object(_ body: (inout JSONWriter) -> Void) {
        self.begin()
        self.bytes.append(123)
        self.needsComma = false
        body(&self)
        self.bytes.append(125)
        self.needsComma = true
    }

    /// A list; `body` adds its elements.
    public mutating func list(_ body: (inout JSONWriter) -> Void) {
        self.begin()
        self.bytes.append(91)
        self.needsComma = false
        body(&self)
        self.bytes.append(93)
        self.needsComma = true
    }

    private mutating func key(_ name: String) {
        self.begin()
        self.quote(name)
        self.bytes.append(58)
        self.needsComma = false
    }

    /// A member that is an object.
    public mutating func object(_ name: String, _ body: (inout JSONWriter) -> Void) {
        self.key(name)
        self.object(body)
    }

    /// A member that is a list.
    public mutating func member(_ name: String, list body: (inout JSONWriter) -> Void) {
        self.key(name)
        self.list(body)
    }

    /// A member that is text, or null.
    public mutating func member(_ name: String, _ value: String?) {
        self.key(name)
        self.value(value)
    }

    /// A member that is a whole number, or null.
    public mutating func member(_ name: String, _ value: (some FixedWidthInteger)?) {
        self.key(name)
        self.value(value)
    }

    /// A member that is true or false.
    public mutating func member(_ name: String, _ value: Bool) {
        self.key(name)
        self.value(value)
    }

    /// A member that is a number with a fraction; not finite ones become null.
    public mutating func member(_ name: String, _ value: Double) {
        self.key(name)
        self.value(value)
    }

    /// A member in thousandths, written exactly: 1234567 is `1234.567`, 10000 is `10`.
    public mutating func member(_ name: String, thousandths value: Int64) {
        self.key(name)
        self.raw(Self.decimal(thousandths: value))
    }

    /// A member whose JSON text is known.
    public mutating func member(_ name: String, json text: String) {
        self.key(name)
        self.raw(text)
    }

    /// Text, or null.
    public mutating func value(_ value: String?) {
        self.begin()
        if let value { self.quote(value) } else { self.append("null") }
    }

    /// A whole number, or null.
    public mutating func value(_ value: (some FixedWidthInteger)?) {
        self.raw(value.map { String($0) } ?? "null")
    }

    /// True or false.
    public mutating func value(_ value: Bool) { self.raw(value ? "true" : "false") }

    /// A number with a fraction.
    public mutating func value(_ value: Double) {
        guard value.isFinite else { return self.raw("null") }
        self.raw(value == value.rounded() && abs(value) < 1e15 ? "\(Int64(value))" : "\(value)")
    }

    /// JSON text that is known.
    public mutating func raw(_ text: String) {
        self.begin()
        self.append(text)
    }

    /// Thousandths as a decimal with at most three digits behind the point.
    public static func decimal(thousandths value: Int64) -> String {
        let magnitude = value.magnitude
        let (whole, rest) = (magnitude / 1000, Int(magnitude % 1000))
        var text = (value < 0 ? "-" : "") + "\(whole)"
        guard rest > 0 else { return text }
        var digits = padded(rest, 3)
        while digits.hasSuffix("0") { digits.removeLast() }
        text += "." + digits
        return text
    }

    private mutating func append(_ text: String) { self.bytes.append(contentsOf: text.utf8) }

    private mutating func quote(_ text: String) {
        self.bytes.append(34)
        for byte in text.utf8 {
            switch byte {
            case 34: self.append("\\\"")
            case 92: self.append("\\\\")
            case 10: self.append("\\n")
            case 13: self.append("\\r")
            case 9: self.append("\\t")
            case 0..<32:
                self.append("\\u00" + (byte < 16 ? "0" : "1") + String(byte & 15, radix: 16))
            case _: self.bytes.append(byte)
            }
        }
        self.bytes.append(34)
    }
}
