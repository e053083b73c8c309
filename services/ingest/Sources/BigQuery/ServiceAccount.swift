import Crypto
import JSON
import ServiceKit

/// The key of a service account, as Google's console hands it out.
///
/// It is never printed: its description is the account's address alone.
struct ServiceAccount: Hashable, Sendable, CustomStringConvertible {
    /// What is wrong with a key file, in words that hold nothing of it.
    struct Fault: Error, Hashable, Sendable {
        var message: String
    }

    /// All that BigQuery's calls of ours need.
    static let scope = "https://www.googleapis.com/auth/bigquery"
    /// Google takes no more than an hour.
    static let lifetimeSeconds: Int64 = 3600
    private static let type = "service_account"

    var email: String
    var projectID: String
    /// Where tokens are asked for, and whom the assertion is for.
    var tokenURI: String
    private var keyID: String
    private var key: String

    var description: String { email }

    /// - Parameter text: the JSON file's content.
    init(_ text: String) throws(Fault) {
        let json: JSONValue
        do { json = try JSONReader.read(text) } catch {
            throw Fault(message: "it is not the JSON file of a service account's key")
        }
        guard json["type"]?.string == Self.type else {
            throw Fault(message: "its \"type\" is not \"\(Self.type)\"")
        }
        email = try Self.text("client_email", json)
        projectID = try Self.text("project_id", json)
        tokenURI = try Self.text("token_uri", json)
        keyID = try Self.text("private_key_id", json)
        key = try Self.text("private_key", json)
        guard tokenURI.hasPrefix("https://") || tokenURI.hasPrefix("http://") else {
            throw Fault(message: "its \"token_uri\" is no address with http or https")
        }
        do { try RS256.check(pem: key) } catch { throw Fault(message: Self.words(error)) }
    }

    private static func text(_ name: String, _ json: JSONValue) throws(Fault) -> String {
        guard let text = json[name]?.string, !text.isEmpty else {
            throw Fault(message: "\"\(name)\" is missing in it")
        }
        return text
    }

    private static func words(_ fault: RS256.Fault) -> String {
        switch fault {
        case .unreadableKey: "its \"private_key\" is no private key in PEM"
        case .notRSA: "its \"private_key\" is not an RSA key"
        case .tooShort: "its \"private_key\" has fewer than \(RS256.bitsMin) bits"
        case .failed: "its \"private_key\" cannot be used to sign"
        }
    }

    /// The signed assertion that is given in exchange for a token (RFC 7523).
    func assertion(at now: Timestamp) throws(Fault) -> String {
        var header = JSONWriter()
        header.object { object in
            object.member("alg", "RS256")
            object.member("typ", "JWT")
            object.member("kid", keyID)
        }
        let seconds = now.rawValue / 1_000_000
        var claims = JSONWriter()
        claims.object { object in
            object.member("iss", email)
            object.member("scope", Self.scope)
            object.member("aud", tokenURI)
            object.member("iat", seconds)
            object.member("exp", seconds + Self.lifetimeSeconds)
        }
        let signed = Text.base64URL(header.bytes) + "." + Text.base64URL(claims.bytes)
        do {
            return signed + "."
                + Text.base64URL(try RS256.sign(Array(signed.utf8), pem: key))
        } catch { throw Fault(message: Self.words(error)) }
    }
}
