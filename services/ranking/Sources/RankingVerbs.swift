import RPC
import RPCCore
public import ServiceHost
import ServiceKit
import TallyAPI

extension RankingProgram {
    /// `top`, `rank`, `generations`, `rebuild` and `verify`.
    public static var verbs: [ProbeVerb] {
        [
            ProbeVerb(
                "top", "[OWNER/NAME] [-n 10] [--window 90d] [--bots include] the first of a board",
                words: 1, options: ["-n", "--window", "--bots"]
            ) { try await self.top($0) },
            ProbeVerb(
                "rank", "LOGIN [--window 90d] where somebody stands", words: 1,
                options: ["--window"]
            ) { try await self.rank($0) },
            ProbeVerb(
                "generations", "[--window 90d] the boards and their newest generations",
                options: ["--window"]
            ) { try await self.generations($0) },
            ProbeVerb("rebuild", "cuts every board from the scores; publishes what differs") {
                try await self.rebuild($0)
            },
            ProbeVerify.verb { context, options in
                try await RankingClient(context.channel).verify(VerifyRequest(), options: options)
            },
        ]
    }

    private static func filter(_ text: String?) throws(UsageError) -> BotFilter {
        switch text {
        case nil, "exclude": return .exclude
        case "include": return .include
        case "only": return .only
        case let other?: throw UsageError("--bots is exclude, include or only, not \(other)")
        }
    }

    private static func top(_ context: ProbeContext) async throws -> Int32 {
        let repository = context.arguments.words.isEmpty ? "" : try context.word(0, "OWNER/NAME")
        let count = try context.arguments.integer("-n", default: 10, in: 1...1000)
        let request = GetPageRequest(
            repository: repository, window: context.arguments.value("--window") ?? "",
            bots: try self.filter(context.arguments.value("--bots")), pageSize: UInt32(count))
        let page = try await RankingClient(context.channel).getPage(
            request, options: context.options)
        if context.json {
            for entry in page.entries { context.output(self.json(entry)) }
            return 0
        }
        if page.board?.demonstration == true {
            context.note("demonstration: these people are invented")
        }
        context.table(
            ["rank", "contributor", "score"],
            page.entries.map {
                ["\($0.rank)", Logger.visible($0.login), JSONWriter.decimal(thousandths: $0.score)]
            })
        return 0
    }

    private static func json(_ entry: BoardEntry) -> String {
        var writer = JSONWriter()
        writer.object { object in
            object.member("rank", entry.rank)
            object.member("username", entry.login)
            object.member("user_id", entry.contributorId)
            object.member("is_bot", entry.bot)
            object.member("total_score", thousandths: entry.score)
        }
        return writer.text
    }

    private static func rank(_ context: ProbeContext) async throws -> Int32 {
        let request = GetRankRequest(
            login: try context.word(0, "LOGIN"), window: context.arguments.value("--window") ?? "",
            bots: .include)
        let answer = try await RankingClient(context.channel).getRank(
            request, options: context.options)
        context.table(
            ["board", "rank", "of", "score"],
            answer.boards.map { rank in
                let name = rank.board?.repository ?? ""
                return [
                    name.isEmpty ? "global" : name, "\(rank.entry?.rank ?? 0)", "\(rank.total)",
                    JSONWriter.decimal(thousandths: rank.entry?.score ?? 0),
                ]
            })
        return 0
    }

    /// Time for a rebuild: it reads every score.
    private static let rebuildLimit = Duration.seconds(600)

    private static func rebuild(_ context: ProbeContext) async throws -> Int32 {
        var options = context.options
        options.timeout = Self.rebuildLimit
        let answer = try await RankingClient(context.channel).rebuild(
            RebuildRequest(), options: options)
        context.table(["boards", "different"], [["\(answer.boards)", "\(answer.different)"]])
        return 0
    }

    private static func generations(_ context: ProbeContext) async throws -> Int32 {
        let answer = try await RankingClient(context.channel).listBoards(
            ListBoardsRequest(window: context.arguments.value("--window") ?? "all"),
            options: context.options)
        context.table(
            ["board", "window", "generation", "entries", "published"],
            answer.boards.map { board in
                [
                    board.repository.isEmpty ? "global" : board.repository, board.window,
                    "\(board.generation)", "\(board.entries)",
                    "\(Timestamp(rawValue: board.publishedAtUs))",
                ]
            })
        return 0
    }
}
