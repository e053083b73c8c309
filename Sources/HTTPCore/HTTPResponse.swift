/// One answer.
public struct HTTPResponse: Sendable {
    /// Sends pieces of a body; suspends while the client does not read.
    public typealias Send = @Sendable ([UInt8]) async throws -> Void

    /// What follows the head.
    public enum Body: Sendable {
        /// All of it.
        case bytes([UInt8])
        /// Pieces as they come, chunked; the closure sends them.
        case stream(@Sendable (Send) async throws -> Void)
    }

    /// Such as 200.
    public var status: Int
    /// The fields, without those that frame the body.
    public var fields: [HTTPField]
    /// The body.
    public var body: Body

    /// Makes an answer.
    public init(_ status: Int, fields: [HTTPField] = [], body: Body = .bytes([])) {
        self.status = status
        self.fields = fields
        self.body = body
    }

    /// The first field of a name, in any case.
    public subscript(name: String) -> String? {
        let wanted = name.lowercased()
        return self.fields.first { $0.name.lowercased() == wanted }?.value
    }

    /// The head as it is sent.
    ///
    /// - Parameters:
    ///   - length: of the body; nil = chunked.
    ///   - keepsAlive: whether another request may follow.
    public func head(length: Int?, keepsAlive: Bool) -> [UInt8] {
        var text = "HTTP/1.1 \(self.status) \(Self.reason(self.status))\r\n"
        for field in self.fields {
            // A line break in a value would be a field of somebody else's making.
            let value = field.value.filter { $0 != "\r" && $0 != "\n" && $0 != "\r\n" }
            text += "\(field.name): \(value)\r\n"
        }
        let hasBody = self.status >= 200 && self.status != 204 && self.status != 304
        if hasBody {
            text += length.map { "Content-Length: \($0)\r\n" } ?? "Transfer-Encoding: chunked\r\n"
        }
        if !keepsAlive { text += "Connection: close\r\n" }
        return Array((text + "\r\n").utf8)
    }

    private static let reasons: [Int: String] = [
        101: "Switching Protocols", 200: "OK", 201: "Created", 202: "Accepted",
        204: "No Content", 301: "Moved Permanently", 304: "Not Modified", 400: "Bad Request",
        401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
        408: "Request Timeout", 409: "Conflict", 410: "Gone", 413: "Content Too Large",
        414: "URI Too Long", 415: "Unsupported Media Type", 426: "Upgrade Required",
        429: "Too Many Requests", 431: "Request Header Fields Too Large", 499: "Client Closed",
        500: "Internal Server Error", 501: "Not Implemented", 503: "Service Unavailable",
        504: "Gateway Timeout", 505: "HTTP Version Not Supported",
    ]

    /// The words behind a status.
    public static func reason(_ status: Int) -> String { self.reasons[status] ?? "Status" }
}
