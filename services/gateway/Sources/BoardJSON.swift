import ServiceKit
import TallyAPI

/// Boards and their entries in JSON and CSV.
extension JSONWriter {
    mutating func board(_ board: Board, _ request: GetPageRequest) {
        self.object("board") { object in
            object.member("scope", request.repository.isEmpty ? "global" : "repository")
            object.member("repository", board.repository.isEmpty ? nil : board.repository)
            object.member("window", request.window)
            object.day("since", board.sinceDay)
            object.day("until", board.untilDay)
            object.object("formula") { formula in
                formula.member("name", board.formulaName.isEmpty ? "default" : board.formulaName)
                formula.member("version", max(1, board.formulaVersion))
            }
            object.member("bots", Self.name(request.bots))
            object.member("generation", board.generation)
            object.time("published_at", board.publishedAtUs)
            object.coverage("coverage", board.coverage)
            object.member("demonstration", board.demonstration)
        }
    }

    private static func name(_ filter: BotFilter) -> String {
        filter == .include ? "include" : filter == .only ? "only" : "exclude"
    }

    mutating func comparison(_ answer: CompareResponse, _ request: CompareRequest) {
        self.object { object in
            object.member("window", request.window)
            object.member("bots", Self.name(request.bots))
            object.member(
                "boards",
                list: { list in
                    for page in answer.boards {
                        list.object { entry in
                            entry.board(
                                page.board ?? Board(),
                                GetPageRequest(
                                    repository: page.board?.repository ?? "",
                                    window: request.window, bots: request.bots))
                            entry.member(
                                "entries",
                                list: { rows in for row in page.entries { rows.entry(row) } })
                            entry.member("total", page.total)
                        }
                    }
                })
            object.member(
                "shared",
                list: { list in for person in answer.shared { list.shared(person) } })
            object.member("shared_total", answer.sharedTotal)
        }
    }

    private mutating func shared(_ person: SharedContributor) {
        self.object { object in
            object.user(
                "user", id: person.contributorId, login: person.login, isBot: person.bot)
            object.member(
                "places",
                list: { list in
                    for place in person.places {
                        list.object { entry in
                            entry.member("repository", place.repository)
                            entry.member("rank", place.rank)
                            entry.member("total_score", thousandths: place.score)
                        }
                    }
                })
        }
    }

    mutating func entry(_ entry: BoardEntry) {
        self.object { object in
            object.member("rank", entry.rank)
            object.member("previous_rank", entry.previousRank == 0 ? nil : entry.previousRank)
            object.user("user", id: entry.contributorId, login: entry.login, isBot: entry.bot)
            object.member("total_score", thousandths: entry.score)
            object.counts("counts", entry.counters)
            object.day("first_contribution_on", entry.firstDay)
            object.day("last_contribution_on", entry.lastDay)
            object.member("repositories", entry.repositories)
        }
    }
}

/// One entry a line (RFC 4180).
enum BoardCSV {
    static let header =
        "rank,username,user_id,is_bot,total_score,commits,prs_opened,prs_merged,prs_reviewed,"
        + "issues_opened,issues_closed,comments,releases,lines_added,lines_deleted,"
        + "first_contribution_on,last_contribution_on,repositories"

    static func line(_ entry: BoardEntry) -> String {
        let counters = entry.counters ?? Counters()
        let counts = [
            counters.commits, counters.prsOpened, counters.prsMerged, counters.prsReviewed,
            counters.issuesOpened, counters.issuesClosed, counters.comments, counters.releases,
            counters.linesAdded, counters.linesDeleted,
        ]
        let head = [
            "\(entry.rank)", self.quoted(entry.login), "\(entry.contributorId)", "\(entry.bot)",
            JSONWriter.decimal(thousandths: entry.score),
        ]
        let tail = [self.day(entry.firstDay), self.day(entry.lastDay), "\(entry.repositories)"]
        return (head + counts.map { "\($0)" } + tail).joined(separator: ",")
    }

    private static func day(_ day: Int32) -> String {
        day == 0 ? "" : "\(CivilDay(rawValue: day))"
    }

    /// A spreadsheet must not take a name for a formula.
    private static func quoted(_ text: String) -> String {
        let isFormula = text.first.map { "=+-@\t\r".contains($0) } ?? false
        let safe = isFormula ? "'" + text : text
        guard safe.contains(where: { ",\"\r\n".contains($0) || $0 == "\r\n" }) else { return safe }
        return "\"\(safe.replacing("\"", with: "\"\""))\""
    }
}
