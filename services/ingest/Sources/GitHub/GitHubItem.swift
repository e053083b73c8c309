import GitHubData
import JSON
import ServiceKit

/// One thing that counts, as GitHub's API tells of it.
struct GitHubItem: Hashable, Sendable {
    enum Kind: String, Hashable, Sendable {
        case commit
        case pullOpened = "pull_opened"
        case pullMerged = "pull_merged"
        case review
        case issueOpened = "issue_opened"
        case issueClosed = "issue_closed"
        case comment
        case release
    }

    /// Whose it is; nobody for deleted accounts and for commits of no account.
    struct Person: Hashable, Sendable {
        var id: Int64 = 0
        var login = ""
        var bot = false

        static let nobody = Person()
    }

    var kind: Kind
    /// Tells it apart from others of its kind: pages that shift may show it twice.
    var id: String
    var atUs: Int64
    var person: Person
    /// Of the pull request.
    var number: Int64 = 0
    var linesAdded: Int64 = 0
    var linesDeleted: Int64 = 0

    /// The day it counts for, UTC.
    var day: CivilDay { Timestamp(rawValue: atUs).day }
}

extension GitHubItem.Person {
    /// The account that GitHub's other accounts become when they are deleted.
    private static let ghost = "ghost"

    /// As GraphQL writes an actor: bots lack the suffix that they have everywhere else.
    init(graphQL actor: JSONValue?) {
        let type = actor?["__typename"]?.string
        var login = actor?["login"]?.string ?? ""
        if type == "Bot", !login.isEmpty, !login.hasSuffix("[bot]") { login += "[bot]" }
        self.init(id: actor?["databaseId"]?.int, login: login, type: type)
    }

    /// As REST writes a user.
    init(rest user: JSONValue?) {
        self.init(
            id: user?["id"]?.int, login: user?["login"]?.string ?? "",
            type: user?["type"]?.string)
    }

    private init(id: Int64?, login: String, type: String?) {
        guard let id, id > 0, !login.isEmpty, login != Self.ghost,
            let user = GitHubUser(id: id, login: login, type: type)
        else {
            self = .nobody
            return
        }
        self.init(id: user.id, login: user.login, bot: user.isBot)
    }
}

/// A page of a list, read: what is kept of it between two requests, and over a restart.
struct GitHubPage: Hashable, Sendable {
    var items: [GitHubItem] = []
    /// Cursor or address of the next page; nil = this was the last one of use.
    var next: String?
    /// Elements that GitHub gave as null, or that lack what it documents.
    var skipped = 0

    /// As it is stored.
    var encoded: String {
        var writer = JSONWriter()
        writer.object { object in
            object.member("next", next)
            object.member("skipped", skipped)
            object.member(
                "items",
                list: { list in
                    for item in items { item.write(to: &list) }
                })
        }
        return writer.text
    }

    init(items: [GitHubItem] = [], next: String? = nil, skipped: Int = 0) {
        self.items = items
        self.next = next
        self.skipped = skipped
    }

    /// - Returns: nil when it was written by another version.
    init?(stored text: String) {
        let json: JSONValue
        do { json = try JSONReader.read(text) } catch { return nil }
        guard let list = json["items"]?.array, let skipped = json["skipped"]?.int else {
            return nil
        }
        let items = list.compactMap(GitHubItem.init(stored:))
        guard items.count == list.count else { return nil }
        self.init(items: items, next: json["next"]?.string, skipped: Int(clamping: skipped))
    }
}

extension GitHubItem {
    fileprivate func write(to list: inout JSONWriter) {
        list.list { list in
            list.value(kind.rawValue)
            list.value(id)
            list.value(atUs)
            list.value(person.id)
            list.value(person.login)
            list.value(person.bot)
            list.value(number)
            list.value(linesAdded)
            list.value(linesDeleted)
        }
    }

    fileprivate init?(stored json: JSONValue) {
        guard let parts = json.array, parts.count == 9,
            let kind = parts[0].string.flatMap(Kind.init), let id = parts[1].string,
            let atUs = parts[2].int, let personId = parts[3].int, let login = parts[4].string,
            let bot = parts[5].bool, let number = parts[6].int, let added = parts[7].int,
            let deleted = parts[8].int
        else { return nil }
        self.init(
            kind: kind, id: id, atUs: atUs,
            person: Person(id: personId, login: login, bot: bot), number: number,
            linesAdded: added, linesDeleted: deleted)
    }
}
