import JSON
import ServiceKit

/// A repository as GitHub describes it.
struct RepositoryFacts: Hashable, Sendable {
    var id: Int64
    /// As GitHub writes it.
    var name: String
    var isPrivate = false
    var isArchived = false
    var isFork = false
}

/// Whoever knows for certain which repositories there are.
protocol RepositoryLookup: Sendable {
    /// Looks a name up, any letter case, now; former names are followed.
    /// - Throws: `GitHubFault`.
    func look(for name: String) async throws -> RepositoryFacts
}

extension GitHubClient: RepositoryLookup {
    /// Redirects of one look-up: a rename is one, a transfer behind it another.
    static let redirectsMax = 3

    func look(for name: String) async throws -> RepositoryFacts {
        do { return try await look(for: name, signed: true) } catch let fault as GitHubFault {
            // A token that is refused closes no door that is open to everyone.
            guard fault.kind == .tokenRefused else { throw fault }
            return try await look(for: name, signed: false)
        }
    }

    private func look(for name: String, signed: Bool) async throws -> RepositoryFacts {
        var url = address.url("/repos/\(name)")
        for _ in 0...Self.redirectsMax {
            let reply = try await get(url, signed: signed, patience: .none)
            switch reply.status {
            case 200: return try Self.facts(reply.json)
            case 301, 302, 307, 308:
                guard let next = reply.location.flatMap(address.following) else {
                    throw GitHubFault.garbled("it points to another host")
                }
                url = next
            case 451:
                throw GitHubFault(.blocked, "GitHub has blocked \(name) (451)")
            case _:
                throw GitHubFault(
                    .unknown,
                    "GitHub knows no repository \(name), or it is private: check the spelling")
            }
        }
        throw GitHubFault.garbled("its redirects have no end")
    }

    /// Reads what `GET /repos/{owner}/{name}` answers.
    static func facts(_ json: JSONValue) throws(GitHubFault) -> RepositoryFacts {
        guard let id = json["id"]?.int, id > 0, let name = json["full_name"]?.string,
            name.split(separator: "/").count == 2
        else { throw .garbled("a repository without id or name") }
        return RepositoryFacts(
            id: id, name: name, isPrivate: json["private"]?.bool ?? false,
            isArchived: json["archived"]?.bool ?? false, isFork: json["fork"]?.bool ?? false)
    }
}
