import RPCCore
import ServiceHost
import ServiceKit
import TallyAPI

/// The verbs that decide something, or look at one decision.
extension ScoringProgram {
    static var decisions: [ProbeVerb] {
        let who: Set<String> = ["--author", "--reason"]
        return [
            ProbeVerb(
                "put", "FILE [--author NAME] stores a formula and makes it the active one",
                words: 1, options: ["--author"]
            ) { try await self.put($0) },
            ProbeVerb(
                "preview", "FILE [OWNER/NAME] [--window 90d] [-n 20] ranks that it would change",
                words: 2, options: ["--window", "-n"]
            ) { try await self.preview($0) },
            ProbeVerb(
                "link", "LOGIN OTHER [--author NAME] [--reason TEXT] two accounts, one person",
                words: 2, options: who
            ) { try await self.link($0) },
            ProbeVerb(
                "unlink", "LOGIN OTHER [--author NAME] [--reason TEXT]", words: 2, options: who
            ) { try await self.unlink($0) },
            ProbeVerb(
                "opt-out", "LOGIN [--author NAME] [--reason TEXT] off every board", words: 1,
                options: who
            ) { try await self.optOut($0) },
            ProbeVerb(
                "opt-in", "LOGIN [--author NAME] [--reason TEXT] and back", words: 1,
                options: who
            ) { try await self.optIn($0) },
            ProbeVerb("decisions", "[LOGIN] links and opt-outs: who, when, why", words: 1) {
                try await self.changes($0)
            },
            ProbeVerify.verb { context, options in
                try await ScoringClient(context.channel).verify(VerifyRequest(), options: options)
            },
        ]
    }

    private static func author(_ context: ProbeContext) -> String {
        context.arguments.value("--author") ?? "operator"
    }

    private static func reason(_ context: ProbeContext) -> String {
        context.arguments.value("--reason") ?? ""
    }

    private static func document(_ context: ProbeContext) throws -> String {
        let path = try context.word(0, "FILE")
        guard let bytes = SystemAccess.read(path) else {
            throw UsageError("\(path) cannot be read")
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func put(_ context: ProbeContext) async throws -> Int32 {
        let answer = try await ScoringClient(context.channel).putFormula(
            PutFormulaRequest(
                document: try self.document(context), author: self.author(context)),
            options: context.options)
        let formula = answer.formula ?? Formula()
        context.output("\(formula.name) \(formula.version): \(formula.state)")
        return 0
    }

    private static func preview(_ context: ProbeContext) async throws -> Int32 {
        let limit = try context.arguments.integer("-n", default: 20, in: 1...1000)
        let words = context.arguments.words
        let answer = try await ScoringClient(context.channel).previewFormula(
            PreviewFormulaRequest(
                document: try self.document(context), repository: words.count > 1 ? words[1] : "",
                window: context.arguments.value("--window") ?? "", limit: UInt32(limit)),
            options: context.options)
        context.note("\(answer.changed) of \(answer.total) ranks would change")
        context.table(
            ["contributor", "rank", "new rank", "score", "new score"],
            answer.changes.map { change in
                [
                    Logger.visible(change.login), "\(change.rank)", "\(change.newRank)",
                    JSONWriter.decimal(thousandths: change.score),
                    JSONWriter.decimal(thousandths: change.newScore),
                ]
            })
        return 0
    }

    private static func link(_ context: ProbeContext) async throws -> Int32 {
        let answer = try await ScoringClient(context.channel).linkIdentity(
            LinkIdentityRequest(
                login: try context.word(0, "LOGIN"), other: try context.word(1, "OTHER"),
                author: self.author(context), reason: self.reason(context)),
            options: context.options)
        return self.tell(answer, context)
    }

    private static func unlink(_ context: ProbeContext) async throws -> Int32 {
        let answer = try await ScoringClient(context.channel).unlinkIdentity(
            UnlinkIdentityRequest(
                login: try context.word(0, "LOGIN"), other: try context.word(1, "OTHER"),
                author: self.author(context), reason: self.reason(context)),
            options: context.options)
        return self.tell(answer, context)
    }

    private static func tell(_ answer: IdentityResponse, _ context: ProbeContext) -> Int32 {
        let person = answer.person ?? Person()
        let names = ([person.login] + person.linkedLogins).map { Logger.visible($0) }
        context.output(names.joined(separator: " "))
        context.note(answer.changed ? "done" : "nothing to change")
        return 0
    }

    private static func optOut(_ context: ProbeContext) async throws -> Int32 {
        let answer = try await ScoringClient(context.channel).optOut(
            OptOutRequest(
                login: try context.word(0, "LOGIN"), author: self.author(context),
                reason: self.reason(context)), options: context.options)
        context.note(answer.changed ? "done" : "nothing to change")
        return 0
    }

    private static func optIn(_ context: ProbeContext) async throws -> Int32 {
        let answer = try await ScoringClient(context.channel).optIn(
            OptInRequest(
                login: try context.word(0, "LOGIN"), author: self.author(context),
                reason: self.reason(context)), options: context.options)
        context.note(answer.changed ? "done" : "nothing to change")
        return 0
    }

    private static func changes(_ context: ProbeContext) async throws -> Int32 {
        let answer = try await ScoringClient(context.channel).listIdentityChanges(
            ListIdentityChangesRequest(login: context.arguments.words.first ?? ""),
            options: context.options)
        context.table(
            ["when", "kind", "contributor", "other", "by", "why", "undone", "by", "why"],
            answer.changes.map { change in
                [
                    "\(Timestamp(rawValue: change.atUs))", change.kind,
                    Logger.visible(change.login), Logger.visible(change.other),
                    Logger.visible(change.author), Logger.visible(change.reason),
                    change.undoneAtUs == 0 ? "" : "\(Timestamp(rawValue: change.undoneAtUs))",
                    Logger.visible(change.undoneBy), Logger.visible(change.undoneBecause),
                ]
            })
        return 0
    }
}
