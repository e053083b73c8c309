import GitHubData
import ServiceKit

/// The invented project: repositories, people and what they do, hour by hour.
///
/// Halfway a repository and a person take new names, and the payloads lose what GitHub's lost in
/// October 2025: the commits of pushes, the authors and lines of merges.
struct DemoWorld: Sendable {
    private struct Repository {
        var id: Int64
        var name: String
        var newName: String?
        /// How much happens there, in hundredths.
        var share: Int
        var pulls: [(number: Int, author: Int)] = []
        var lastNumber = 0
    }

    private static let logins = [
        "ada-quill", "bo-larsen", "carmen-voss", "deniz-ay", "elif-tan", "farid-noor", "greta-lind",
        "hiro-sato", "ines-prado", "jonas-weil", "kofi-mensah", "lena-holt", "mara-duval",
        "nils-berg", "oana-petcu", "pavel-rus", "quinn-hale", "rosa-conti", "sami-korpi", "tess-wu",
    ]
    private static let bots = ["deps-keeper[bot]", "merge-helper[bot]"]
    private static let firstPerson: Int64 = 910_000_000
    private static let renamedPerson = 3
    /// Of a hundred events so many are a bot's.
    private static let botShare = 12
    /// Events of a busy hour.
    private static let busy = 9

    let days: [CivilDay]
    private var random: DemoRandom
    private var repositories = [
        Repository(
            id: 900_000_001, name: "aurora-labs/aurora", newName: "aurora-labs/aurora-engine",
            share: 55),
        Repository(id: 900_000_002, name: "aurora-labs/borealis", newName: nil, share: 30),
        Repository(id: 900_000_003, name: "aurora-labs/handbook", newName: nil, share: 15),
    ]
    private var nextEvent: Int64 = 50_000_000_000

    init(since: CivilDay, until: CivilDay, seed: UInt64) {
        days = (since.rawValue...until.rawValue).map(CivilDay.init(rawValue:))
        random = DemoRandom(seed: seed)
    }

    /// What the repositories are called at the end.
    var repositoryNames: [String] { repositories.map { $0.newName ?? $0.name } }

    /// The lines of an hour. Hours are asked for in order.
    mutating func lines(of hour: ArchiveHour) -> [String] {
        var lines: [String] = []
        for index in 0..<eventCount(of: hour) {
            let second = index * 3600 / max(1, eventCount(of: hour))
            let line = event(at: hour, second: min(second, 3599))
            lines.append(line)
            // The crawler sometimes meets an event twice.
            if random.below(100) == 0 { lines.append(line) }
        }
        return lines
    }

    /// Working hours are busier than nights, weekdays than Saturdays and Sundays.
    private func eventCount(of hour: ArchiveHour) -> Int {
        let weekday = (Int(hour.day.rawValue) + 4) % 7
        let isRest = weekday == 0 || weekday == 6
        let isWork = (7...18).contains(hour.hour)
        return isWork ? (isRest ? 3 : Self.busy) : 1
    }

    private func isLate(_ day: CivilDay) -> Bool { day >= days[days.count / 2] }

    private mutating func event(at hour: ArchiveHour, second: Int) -> String {
        let place = pickRepository()
        let person = pickPerson()
        let late = isLate(hour.day)
        let (type, payload) = happening(in: place, by: person, late: late)
        nextEvent += Int64(1 + random.below(50))
        let repository = repositories[place]
        let name = late ? repository.newName ?? repository.name : repository.name
        let time = Timestamp(rawValue: hour.start.rawValue + Int64(second) * 1_000_000)
        return "{\"id\":\"\(nextEvent)\",\"type\":\"\(type)\",\"actor\":\(user(person, late)),"
            + "\"repo\":{\"id\":\(repository.id),\"name\":\"\(name)\","
            + "\"url\":\"https://api.github.com/repos/\(name)\"},"
            + "\"payload\":\(payload),\"public\":true,\"created_at\":\"\(time)\"}"
    }

    private mutating func pickRepository() -> Int {
        var ticket = random.below(repositories.map(\.share).reduce(0, +))
        for (index, repository) in repositories.enumerated() {
            ticket -= repository.share
            if ticket < 0 { return index }
        }
        return 0
    }

    /// A few do most of it.
    private mutating func pickPerson() -> Int {
        if random.below(100) < Self.botShare { return Self.logins.count + random.below(2) }
        let dice = random.below(Self.logins.count) * random.below(Self.logins.count)
        return dice / Self.logins.count
    }

    private func user(_ person: Int, _ late: Bool) -> String {
        let isBot = person >= Self.logins.count
        var login = isBot ? Self.bots[person - Self.logins.count] : Self.logins[person]
        if person == Self.renamedPerson, late { login += "-oz" }
        return "{\"id\":\(Self.firstPerson + Int64(person)),\"login\":\"\(login)\"}"
    }

    private mutating func happening(
        in place: Int, by person: Int, late: Bool
    ) -> (type: String, payload: String) {
        switch random.below(100) {
        case ..<42: push(late)
        case ..<56: pull(in: place, by: person, late)
        case ..<66: review(in: place, late)
        case ..<72: ("IssuesEvent", "{\"action\":\"opened\",\"issue\":{\"number\":1}}")
        case ..<77: ("IssuesEvent", "{\"action\":\"closed\",\"issue\":{\"number\":1}}")
        case ..<92: ("IssueCommentEvent", "{\"action\":\"created\"}")
        case ..<93: ("ReleaseEvent", "{\"action\":\"published\"}")
        case _: ("WatchEvent", "{\"action\":\"started\"}")
        }
    }

    private mutating func push(_ late: Bool) -> (String, String) {
        let size = 1 + random.below(3) * random.below(3)
        let head = "\"ref\":\"refs/heads/main\",\"push_id\":\(nextEvent)"
        if late { return ("PushEvent", "{\(head)}") }
        return ("PushEvent", "{\(head),\"size\":\(size),\"distinct_size\":\(size)}")
    }

    private mutating func pull(in place: Int, by person: Int, _ late: Bool) -> (String, String) {
        let waiting = repositories[place].pulls
        guard !waiting.isEmpty, random.below(2) == 0 else {
            repositories[place].lastNumber += 1
            let number = repositories[place].lastNumber
            repositories[place].pulls.append((number, person))
            return ("PullRequestEvent", payload("opened", number, author: person, late))
        }
        let pull = repositories[place].pulls.remove(at: random.below(waiting.count))
        let facts =
            late
            ? ""
            : ",\"merged\":true,\"additions\":\(random.below(400)),"
                + "\"deletions\":\(random.below(200))"
        let action = late ? "merged" : "closed"
        return (
            "PullRequestEvent",
            payload(action, pull.number, author: pull.author, late, facts: facts)
        )
    }

    private mutating func review(in place: Int, _ late: Bool) -> (String, String) {
        let waiting = repositories[place].pulls
        guard !waiting.isEmpty else { return ("WatchEvent", "{\"action\":\"started\"}") }
        let pull = waiting[random.below(waiting.count)]
        return (
            "PullRequestReviewEvent", payload("created", pull.number, author: pull.author, late)
        )
    }

    private func payload(
        _ action: String, _ number: Int, author: Int, _ late: Bool, facts: String = ""
    ) -> String {
        let user = late ? "" : ",\"user\":" + self.user(author, late)
        return "{\"action\":\"\(action)\",\"number\":\(number),"
            + "\"pull_request\":{\"number\":\(number)\(user)\(facts)}}"
    }
}

/// Numbers that follow from a seed (SplitMix64).
struct DemoRandom: Sendable {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// A number from 0 to below the limit.
    mutating func below(_ limit: Int) -> Int {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return Int((mixed ^ (mixed >> 31)) % UInt64(max(1, limit)))
    }
}
