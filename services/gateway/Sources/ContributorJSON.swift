import ServiceKit
import TallyAPI

/// What is said of one person, in JSON.
extension JSONWriter {
    mutating func shares(_ shares: [RepositoryShare]) {
        self.member(
            "repositories",
            list: { list in
                for share in shares {
                    list.object { object in
                        object.member("repository", share.repository)
                        object.member("repository_id", share.repositoryId)
                        object.member("total_score", thousandths: share.score)
                        object.counts("counts", share.counters)
                        object.day("first_contribution_on", share.firstDay)
                        object.day("last_contribution_on", share.lastDay)
                    }
                }
            })
    }

    mutating func rank(_ rank: RankEntry) {
        let (board, entry) = (rank.board ?? Board(), rank.entry ?? BoardEntry())
        self.object { object in
            object.member("scope", board.scope)
            object.member("repository", board.repository.isEmpty ? nil : board.repository)
            object.member("rank", entry.rank)
            object.member("previous_rank", entry.previousRank == 0 ? nil : entry.previousRank)
            object.member("total", rank.total)
            object.member("total_score", thousandths: entry.score)
        }
    }

    mutating func explanation(_ answer: Explanation) {
        let person = answer.person ?? Person()
        self.object { object in
            object.user("user", id: person.contributorId, login: person.login, isBot: person.bot)
            object.member("window", answer.window)
            object.day("since", answer.sinceDay)
            object.day("until", answer.untilDay)
            object.object("formula") { formula in
                formula.member("name", answer.formula?.name)
                formula.member("version", answer.formula?.version)
            }
            object.member("total_score", thousandths: answer.score)
            object.member(
                "absent_because", answer.absentBecause.isEmpty ? nil : answer.absentBecause)
            object.member(
                "repositories",
                list: { list in
                    for part in answer.repositories { list.explained(part) }
                })
        }
    }

    private mutating func explained(_ part: RepositoryExplanation) {
        self.object { object in
            object.member("repository", part.repository)
            object.member("repository_id", part.repositoryId)
            object.member(
                "terms",
                list: { list in
                    for term in part.terms {
                        list.object { entry in
                            entry.member("counter", term.counter)
                            entry.member("count", term.count)
                            entry.member("weight", thousandths: term.weight)
                            entry.member("points", thousandths: term.points)
                        }
                    }
                })
            object.member("line_bonus_before_cap", thousandths: part.lineBonusBeforeCap)
            object.member("line_bonus", thousandths: part.lineBonus)
            object.member("total_score", thousandths: part.score)
        }
    }
}
