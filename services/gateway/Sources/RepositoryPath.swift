import HTTPCore

/// `owner/name`, checked before anything is asked (BAD-07).
struct RepositoryPath: Hashable, Sendable {
    let owner: String
    let name: String

    var fullName: String { "\(self.owner)/\(self.name)" }
    /// The path's form in URLs.
    var encoded: String {
        "\(PercentCoding.encode(self.owner))/\(PercentCoding.encode(self.name))"
    }

    /// Limits of GitHub: 39 and 100 characters.
    init(owner: String, name: String) throws(Problem) {
        guard Self.isPlain(owner, max: 39), Self.isPlain(name, max: 100), name != ".",
            name != "..", owner != ".", owner != "..", !name.lowercased().hasSuffix(".git")
        else {
            throw Problem.invalid("A repository is written owner/name, as on GitHub.")
        }
        self.owner = owner
        self.name = name
    }

    /// Takes `owner/name` and GitHub's own URLs of it; no address of another host.
    init(text: String) throws(Problem) {
        var rest = text[...]
        for prefix in ["https://github.com/", "http://github.com/", "github.com/"]
        where rest.lowercased().hasPrefix(prefix) {
            rest = rest.dropFirst(prefix.count)
            if rest.hasSuffix(".git") { rest = rest.dropLast(4) }
            if rest.hasSuffix("/") { rest = rest.dropLast() }
            break
        }
        let parts = rest.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2 else {
            throw Problem.invalid("A repository is written owner/name, as on GitHub.")
        }
        try self.init(owner: String(parts[0]), name: String(parts[1]))
    }

    private static func isPlain(_ text: String, max: Int) -> Bool {
        !text.isEmpty && text.utf8.count <= max
            && text.utf8.allSatisfy { byte in
                (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                    || byte == 45 || byte == 46 || byte == 95
            }
    }
}
