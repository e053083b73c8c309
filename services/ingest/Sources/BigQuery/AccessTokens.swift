import HTTPClient
import JSON
import ServiceKit

/// The token that Google's calls carry: asked for when needed, renewed before it ends.
actor AccessTokens {
    /// A token with less than this left is not used any more.
    static let margin: Duration = .seconds(300)
    /// A difference of clocks that Google minds.
    static let skewSeconds: Int64 = 60
    private static let grant = "urn:ietf:params:oauth:grant-type:jwt-bearer"
    private static let timeout: Duration = .seconds(30)

    private let account: ServiceAccount
    private let send: BigQueryWeb.Send
    private let clock: WallClock
    private let now: @Sendable () -> ContinuousClock.Instant
    private var current: (token: String, goodUntil: ContinuousClock.Instant)?

    init(
        _ account: ServiceAccount, clock: WallClock,
        now: @escaping @Sendable () -> ContinuousClock.Instant,
        send: @escaping BigQueryWeb.Send
    ) {
        self.account = account
        self.clock = clock
        self.now = now
        self.send = send
    }

    /// A token that lasts for a while yet.
    /// - Throws: `BigQueryFault`, `CancellationError`.
    func token() async throws -> String {
        if let current, current.goodUntil > now() { return current.token }
        let asked = now()
        let (token, lifetime) = try await fetch()
        // One that lasts no longer than the margin is used for half its time.
        let good = lifetime > Self.margin * 2 ? lifetime - Self.margin : lifetime / 2
        current = (token, asked + good)
        return token
    }

    /// The token was refused: the next call asks for another.
    func forget() { current = nil }

    private func fetch() async throws -> (token: String, lifetime: Duration) {
        let time = clock.now()
        let assertion: String
        do { assertion = try account.assertion(at: time) } catch {
            throw BigQueryFault(
                reason: "auth", message: "the service account's key file: \(error.message)")
        }
        let form =
            "grant_type=" + BigQueryWeb.escaped(Self.grant) + "&assertion=" + assertion
        let request = HTTPClient.Request(
            url: account.tokenURI,
            headers: [.init("Content-Type", "application/x-www-form-urlencoded")],
            body: Array(form.utf8))
        let answer = try await BigQueryWeb.reaching { [send] in
            try await send(request, HTTPClient.Limits(total: Self.timeout))
        }
        guard answer.response.status == 200 else { throw refusal(answer, at: time) }
        let json = try? JSONReader.read(answer.body)
        guard let token = json?["access_token"]?.string, !token.isEmpty,
            let seconds = BigQueryReply.number(json?["expires_in"]), seconds > 0
        else { throw BigQueryFault.badReply("a token's answer without a token") }
        return (token, .seconds(min(seconds, ServiceAccount.lifetimeSeconds)))
    }

    /// Statuses of Google's own trouble pass; a grant that it does not take does not.
    private func refusal(_ answer: HTTPClient.Answer, at time: Timestamp) -> BigQueryFault {
        let status = answer.response.status
        guard !BigQueryFault.retriedStatuses.contains(status) else {
            return BigQueryFault(
                reason: "unreachable", message: "Google's token service answers \(status)",
                status: status, isRetried: true, retryAfter: answer.response.retryAfter)
        }
        let json = try? JSONReader.read(answer.body)
        let word = Logger.visible(String((json?["error"]?.string ?? "\(status)").prefix(60)))
        var message = "Google does not take the service account \(account) (\(word))"
        let date = answer.response["date"].flatMap { HTTPDate.read($0) }
        if let skew = date.map({ (time.rawValue - $0.rawValue) / 1_000_000 }),
            abs(skew) > Self.skewSeconds
        {
            message +=
                ": this machine's clock is \(abs(skew)) s "
                + (skew > 0 ? "ahead of" : "behind") + " Google's; set it right"
        } else {
            message += ": check that it exists and that its key was not deleted"
        }
        return BigQueryFault(reason: "auth", message: message, status: status)
    }
}
