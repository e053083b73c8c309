import Crypto
import HTTPCore
import RPC
import ServiceKit

/// One request on its way through the gateway.
struct Exchange: Sendable {
    let request: HTTPRequest
    /// What stands in the path in place of the pattern's `{…}`, in order.
    let captures: [String]
    /// Taken from the request when well-formed, else made here; the trace of every call behind it.
    let id: String

    /// Options of the calls that serve this request.
    var options: CallOptions {
        CallOptions(timeout: Upstreams.timeout, trace: Self.trace(self.id))
    }

    private static let idBytesMax = 64

    static func id(of request: HTTPRequest) -> String {
        if let given = request["X-Request-Id"], !given.isEmpty,
            given.utf8.count <= Self.idBytesMax,
            given.utf8.allSatisfy({
                (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0)
                    || $0 == 45 || $0 == 46 || $0 == 95
            })
        {
            return given
        }
        return Text.hex(Secrets.random(16))
    }

    /// W3C trace context in 26 bytes: version, 16 bytes of trace, 8 of span, flags.
    private static func trace(_ id: String) -> [UInt8] {
        let digest = SHA256.digest(of: id)
        return [0] + digest[..<16] + digest[16..<24] + [1]
    }

    /// The repository in the path.
    func repository() throws(Problem) -> RepositoryPath {
        try RepositoryPath(owner: self.captures[0], name: self.captures[1])
    }
}

extension HTTPResponse {
    /// JSON with a status.
    static func json(_ status: Int = 200, _ writer: JSONWriter) -> HTTPResponse {
        HTTPResponse(
            status, fields: [HTTPField("Content-Type", "application/json; charset=utf-8")],
            body: .bytes(writer.bytes))
    }
}
