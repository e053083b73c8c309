internal import Crypto
internal import HTTPCore

/// The opening handshake of RFC 6455 section 4.2.
enum WebSocketHandshake {
    private static let accept = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

    /// What a server answers to a client's key.
    static func proof(_ key: String) -> String {
        Text.base64(SHA1.digest(Array((key + self.accept).utf8)))
    }

    /// Whether the request asks for a WebSocket, rightly or not.
    static func isRequest(_ request: HTTPRequest) -> Bool {
        request["Upgrade"]?.lowercased() == "websocket"
    }

    /// The answer that opens the socket; nil when the request breaks a rule.
    static func answer(_ request: HTTPRequest) -> HTTPResponse? {
        let connection = request["Connection"]?.lowercased() ?? ""
        guard request.method == "GET", connection.contains("upgrade"),
            request["Sec-WebSocket-Version"] == "13",
            let key = request["Sec-WebSocket-Key"], Text.bytes(base64: key)?.count == 16
        else { return nil }
        return HTTPResponse(
            101,
            fields: [
                HTTPField("Upgrade", "websocket"), HTTPField("Connection", "Upgrade"),
                HTTPField("Sec-WebSocket-Accept", self.proof(key)),
            ])
    }
}
