/// Where GitHub's API is. Nothing is ever asked of another host: not by a link, not by a redirect.
struct GitHubAddress: Hashable, Sendable {
    /// `scheme://host[:port]`, lower case.
    let origin: String
    /// Behind the origin, without a slash at its end; GitHub Enterprise Server has `/api/v3`.
    let path: String

    /// What is wrong with a configured address; nil when it can be used.
    static func fault(_ text: String, withToken: Bool) -> String? {
        guard let address = GitHubAddress(text) else {
            return "write an address such as https://api.github.com"
        }
        let isLoopback = ["127.0.0.1", "localhost", "[::1]"].contains(address.host)
        return withToken && address.origin.hasPrefix("http://") && !isLoopback
            ? "a token is sent over https only" : nil
    }

    /// - Returns: nil for anything but http or https, a host, and a plain path.
    init?(_ text: String) {
        guard let scheme = ["https://", "http://"].first(where: text.lowercased().hasPrefix),
            !text.contains(where: { "@?#\\ ".contains($0) || $0.isNewline })
        else { return nil }
        let rest = text.dropFirst(scheme.count)
        let host = rest.prefix { $0 != "/" }
        guard !host.isEmpty else { return nil }
        origin = scheme + host.lowercased()
        var path = String(rest.dropFirst(host.count))
        while path.hasSuffix("/") { path.removeLast() }
        self.path = path
    }

    /// Without scheme and port.
    private var host: String {
        let rest = origin.drop { $0 != "/" }.dropFirst(2)
        if rest.hasPrefix("[") { return String(rest.prefix { $0 != "]" }) + "]" }
        return String(rest.prefix { $0 != ":" })
    }

    /// The address of something in the API, such as `/repos/o/r`.
    func url(_ target: String) -> String { origin + path + target }

    /// Where GraphQL is answered.
    var graphQL: String {
        path.hasSuffix("/api/v3") ? origin + path.dropLast(3) + "/graphql" : url("/graphql")
    }

    /// An address as a `Link` or `Location` gives it; nil when it leads to another host.
    func following(_ text: String) -> String? {
        if text.hasPrefix("/"), !text.hasPrefix("//") { return origin + text }
        guard text.count > origin.count, text.prefix(origin.count).lowercased() == origin else {
            return nil
        }
        let rest = text.dropFirst(origin.count)
        return rest.hasPrefix("/") && !rest.contains("\\") ? origin + rest : nil
    }

    /// The `next` of a `Link` header (RFC 8288), as it was given.
    static func next(in link: String) -> String? {
        for part in link.split(separator: ",") {
            let pieces = part.split(separator: ";").map { piece in
                piece.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()
            }.map { String($0) }
            guard let target = pieces.first, target.hasPrefix("<"), target.hasSuffix(">"),
                pieces.dropFirst().contains(where: { $0 == "rel=\"next\"" || $0 == "rel=next" })
            else { continue }
            return String(target.dropFirst().dropLast())
        }
        return nil
    }
}
