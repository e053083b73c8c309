import ServiceKit

/// When GitHub may be asked again: its limits, obeyed to the letter. A value; the caller has the
/// clock.
///
/// Limits belong to the account, so one of these stands for all requests of the process.
struct GitHubLimits: Sendable {
    /// GitHub counts these apart.
    enum Resource: String, Hashable, Sendable {
        case core
        case graphql
    }

    /// Why nothing may be sent.
    enum Cause: String, Hashable, Sendable {
        /// The hour's requests are used up.
        case primary
        /// Too much in too short a time.
        case secondary
        /// Our own pace: what a minute allows.
        case pace
    }

    struct Wait: Hashable, Sendable {
        var until: Timestamp
        var cause: Cause
    }

    /// What an answer says about limits.
    struct Reply: Hashable, Sendable {
        var status: Int
        var retryAfter: Duration?
        var remaining: Int?
        /// When the hour's requests are full again, by GitHub's clock.
        var reset: Timestamp?
        /// GitHub's clock, when it says so; ours may be wrong.
        var serverTime: Timestamp?
        /// Which limit it is about; nil = it does not say.
        var resource: Resource?
        /// The body speaks of a limit, or says nothing at all.
        var speaksOfLimit = false
    }

    /// A secondary limit without a time: at least so long, twice as long each time in a row.
    static let secondsLeast: Int64 = 60
    /// And never longer: an hour fills every limit.
    static let secondsMost: Int64 = 3600
    /// Behind the reset, for clocks that are rounded to seconds.
    private static let slack: Int64 = 1_000_000
    /// Points a minute; a GET and a query without changes are one point each.
    static let pointsAMinute: [Resource: Int] = [.core: 900, .graphql: 2000]
    private static let minute: Int64 = 60_000_000

    private var blocked: [Resource: Timestamp] = [:]
    private var everything: Timestamp?
    private var inARow = 0
    private var recent: [Resource: [Timestamp]] = [:]
    /// Requests left of the hour, as far as known.
    private(set) var left: [Resource: Int] = [:]

    /// What to wait for before a request; nil = it may be sent now.
    func wait(for resource: Resource, at now: Timestamp) -> Wait? {
        if let everything, everything > now { return Wait(until: everything, cause: .secondary) }
        if let until = blocked[resource], until > now { return Wait(until: until, cause: .primary) }
        let sent = (recent[resource] ?? []).filter { $0.rawValue > now.rawValue - Self.minute }
        let most = Self.pointsAMinute[resource] ?? .max
        guard sent.count >= most else { return nil }
        let oldest = sent[sent.count - most].rawValue
        return Wait(until: Timestamp(rawValue: oldest + Self.minute), cause: .pace)
    }

    /// A request goes out.
    mutating func sent(_ resource: Resource, at now: Timestamp) {
        let start = now.rawValue - Self.minute
        recent[resource, default: []].removeAll { $0.rawValue <= start }
        recent[resource, default: []].append(now)
    }

    /// An answer came. Returns the wait when the request was refused for a limit.
    mutating func received(
        _ reply: Reply, for resource: Resource, at now: Timestamp
    ) -> Wait? {
        if let remaining = reply.remaining { left[reply.resource ?? resource] = remaining }
        let isRefused = isRefused(reply)
        if let retryAfter = reply.retryAfter, isRefused {
            return block(until: now.advanced(by: retryAfter))
        }
        if reply.remaining == 0, let reset = reply.reset {
            let ahead = max(0, reset.rawValue - (reply.serverTime ?? now).rawValue)
            let until = Timestamp(rawValue: now.rawValue + ahead + Self.slack)
            exhaust(reply.resource, until: until)
            return isRefused ? Wait(until: until, cause: .primary) : nil
        }
        guard isRefused else {
            if reply.status < 400 { inARow = 0 }
            return nil
        }
        let seconds = min(Self.secondsLeast << Int64(min(inARow, 10)), Self.secondsMost)
        inARow += 1
        return block(until: now.advanced(by: .seconds(seconds)))
    }

    /// Refused for a limit, and not for what was asked.
    private func isRefused(_ reply: Reply) -> Bool {
        switch reply.status {
        case 429: true
        case 403: reply.retryAfter != nil || reply.remaining == 0 || reply.speaksOfLimit
        // GraphQL refuses with 200 and an error in the body.
        case 200: reply.speaksOfLimit
        case _: false
        }
    }

    private mutating func block(until: Timestamp) -> Wait {
        let last = max(everything ?? until, until)
        everything = last
        return Wait(until: last, cause: .secondary)
    }

    /// Without a word which limit it was, all are taken for used up.
    private mutating func exhaust(_ resource: Resource?, until: Timestamp) {
        for one in resource.map({ [$0] }) ?? [.core, .graphql] {
            blocked[one] = max(blocked[one] ?? until, until)
        }
    }
}

extension Timestamp {
    /// So much later.
    func advanced(by duration: Duration) -> Timestamp {
        let (seconds, attoseconds) = duration.components
        return Timestamp(rawValue: rawValue + seconds * 1_000_000 + attoseconds / 1_000_000_000_000)
    }
}
