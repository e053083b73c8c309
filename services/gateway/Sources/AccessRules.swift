import Crypto
import HTTPCore

/// Who may write, and from which pages (http.md section 1).
struct AccessRules: Sendable {
    /// Nil: writes are free, because only this machine can reach the gateway.
    let token: String?
    let origins: [String]

    func checkWrite(_ request: HTTPRequest) throws(Problem) {
        try self.checkOrigin(request)
        guard let token else { return }
        guard let header = request["Authorization"], header.hasPrefix("Bearer "),
            Secrets.areEqual(Array(header.dropFirst(7).utf8), Array(token.utf8))
        else {
            throw Problem(
                401, "unauthorized", "Writes need the header Authorization: Bearer TOKEN.")
        }
    }

    /// A page of another site must not act for its reader.
    func checkOrigin(_ request: HTTPRequest) throws(Problem) {
        guard let origin = request["Origin"] else { return }
        let own = request["Host"].map { ["http://\($0)", "https://\($0)"] } ?? []
        guard own.contains(origin) || self.origins.contains(origin) else {
            throw Problem(403, "forbidden", "This origin is not in TALLY_ALLOWED_ORIGINS.")
        }
    }

    /// Reads are open to any page, without credentials; writes to the allowed ones.
    func crossOrigin(_ request: HTTPRequest) -> [HTTPField] {
        guard let origin = request["Origin"] else { return [] }
        let isRead = ["GET", "HEAD"].contains(request.method)
        if isRead { return [HTTPField("Access-Control-Allow-Origin", "*")] }
        guard self.origins.contains(origin) else { return [] }
        return [HTTPField("Access-Control-Allow-Origin", origin), HTTPField("Vary", "Origin")]
    }
}
