internal import RPC
internal import ServiceKit
internal import TallyAPI

/// `probe logs`: the service's durable lines, by number.
enum ProbeLogs {
    static let verb = ProbeVerb(
        "logs", "[--follow] [--since SEQ] [--job ID] the durable log lines",
        options: ["--since", "--job"], switches: ["--follow"]
    ) { try await Self.run($0) }

    private static func run(_ context: ProbeContext) async throws -> Int32 {
        var request = TailRequest(
            start: .last(50), job: context.arguments.value("--job") ?? "",
            follow: context.arguments.has("--follow"))
        if let text = context.arguments.value("--since") {
            guard let seq = Int64(text), seq >= 0 else {
                throw UsageError("--since wants a number")
            }
            request.start = .afterSeq(seq)
        }
        let options = CallOptions(timeout: request.follow ? nil : context.options.timeout)
        try await LogsClient(context.channel).tail(request, options: options) { reader in
            while let batch = try await reader.next() {
                if batch.gapTo > 0 {
                    context.say("lines \(batch.gapFrom) to \(batch.gapTo) are no longer kept")
                }
                for line in batch.lines { context.output(Self.text(line, json: context.json)) }
            }
        }
        return 0
    }

    private static func text(_ line: LogLine, json: Bool) -> String {
        let time = Timestamp(rawValue: line.timeUs)
        guard json else {
            let place = line.repository.isEmpty ? "" : " \(line.repository):"
            return Logger.visible("\(line.seq) \(time) \(line.level)\(place) \(line.message)")
        }
        var writer = JSONWriter()
        writer.object { object in
            object.member("seq", line.seq)
            object.member("timestamp", time.precise)
            object.member("level", line.level)
            object.member("job", line.job)
            object.member("repository", line.repository)
            object.member("message", line.message)
            object.member("fields", json: line.fieldsJson.isEmpty ? "{}" : line.fieldsJson)
        }
        return writer.text
    }
}
