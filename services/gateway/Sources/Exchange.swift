import Crypto
import HTTPCore
import RPC
import RPCCore
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
        // traceparent: version, trace id, span id, flags (W3C Trace Context section 3.2).
        let parent = request["traceparent"]?.split(separator: "-") ?? []
        if parent.count == 4, parent[0] == "00", parent[1].count == 32,
            let trace = TraceContext(id: String(parent[1]), span: 1)
        {
            return trace.id
        }
        return Text.hex(Secrets.random(16))
    }

    /// The trace of a request: its id itself when it has the form of one (32 hexadecimal digits,
    /// as those made here, or a UUID), else one that follows from it.
    static func trace(_ id: String) -> TraceContext {
        let span = UInt64.random(in: 1...UInt64.max)
        if let trace = TraceContext(id: id, span: span) { return trace }
        let numbers = SHA256.digest(of: id).prefix(16)
        return TraceContext(
            high: numbers.prefix(8).reduce(0) { $0 << 8 | UInt64($1) },
            low: numbers.suffix(8).reduce(0) { $0 << 8 | UInt64($1) }, span: span)
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
