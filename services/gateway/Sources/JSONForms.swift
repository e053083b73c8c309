import ServiceKit
import TallyAPI

/// Messages in the JSON of http.md.
extension JSONWriter {
    /// An instant in RFC 3339, or null for "not yet".
    mutating func time(_ name: String, _ microseconds: Int64) {
        self.member(
            name, microseconds == 0 ? nil : "\(Timestamp(rawValue: microseconds))")
    }

    /// A day as `YYYY-MM-DD`, or null for "not given".
    mutating func day(_ name: String, _ day: Int32) {
        self.member(name, day == 0 ? nil : "\(CivilDay(rawValue: day))")
    }

    mutating func counts(_ name: String, _ counters: Counters?) {
        let counters = counters ?? Counters()
        self.object(name) { object in
            object.member("commits", counters.commits)
            object.member("prs_opened", counters.prsOpened)
            object.member("prs_merged", counters.prsMerged)
            object.member("prs_reviewed", counters.prsReviewed)
            object.member("issues_opened", counters.issuesOpened)
            object.member("issues_closed", counters.issuesClosed)
            object.member("comments", counters.comments)
            object.member("releases", counters.releases)
            object.member("lines_added", counters.linesAdded)
            object.member("lines_deleted", counters.linesDeleted)
        }
    }

    mutating func user(_ name: String, id: Int64, login: String, isBot: Bool) {
        self.object(name) { object in
            object.member("id", id)
            object.member("username", login)
            object.member("display_name", String?.none)
            let isKnown = id > 0
            object.member(
                "avatar_url", isKnown ? "https://avatars.githubusercontent.com/u/\(id)?v=4" : nil)
            object.member(
                "profile_url", isKnown ? "https://github.com/\(Self.profile(login))" : nil)
            object.member("is_bot", isBot)
        }
    }

    /// GitHub shows an app at `/apps/name`.
    private static func profile(_ login: String) -> String {
        login.hasSuffix("[bot]") ? "apps/\(login.dropLast(5))" : login
    }

    mutating func coverage(
        _ name: String, _ status: String, _ percent: Double, _ reasons: [String], since: Int32,
        until: Int32
    ) {
        guard !status.isEmpty else { return self.member(name, json: "null") }
        self.object(name) { object in
            object.member("status", status)
            object.member("percent", (percent * 10).rounded() / 10)
            object.member(
                "reasons",
                list: { list in
                    for reason in reasons { list.value(reason) }
                })
            object.day("since", since)
            object.day("until", until)
        }
    }

    mutating func coverage(_ name: String, _ note: CoverageNote?) {
        let note = note ?? CoverageNote()
        self.coverage(
            name, note.status, note.percent, note.reasons, since: note.sinceDay,
            until: note.untilDay)
    }
}
