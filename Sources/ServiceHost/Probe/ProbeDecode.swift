internal import RPCCore
internal import ServiceKit

/// `probe decode`: a captured byte stream of one side, frame by frame.
enum ProbeDecode {
    static let verb = ProbeVerb(
        "decode", "FILE [--jsonl] a captured byte stream, frame by frame; - is standard input",
        words: 1, switches: ["--jsonl"]
    ) { try Self.run($0) }.alone()

    private static func run(_ context: ProbeContext) throws -> Int32 {
        let path = try context.word(0, "FILE")
        let bytes = try ProbeInput.capture.read(path == "-" ? nil : path)
        let listing = WireListing(bytes)
        if context.json {
            for entry in listing.entries { context.output(self.json(entry)) }
        } else {
            context.table(
                ["offset", "type", "flags", "stream", "message", "header"],
                listing.entries.map { entry in
                    [
                        "\(entry.offset)", entry.type, entry.flags.joined(separator: "+"),
                        "\(entry.stream)", "\(entry.messageBytes)", Logger.visible(entry.header),
                    ]
                })
        }
        guard let fault = listing.fault else { return 0 }
        context.report(RPCError(.dataLoss, fault, reason: "CAPTURE"), words: fault)
        return 1
    }

    private static func json(_ entry: WireListing.Entry) -> String {
        var writer = JSONWriter()
        writer.object { object in
            object.member("offset", Int64(entry.offset))
            object.member("type", entry.type)
            object.member("flags", list: { list in for flag in entry.flags { list.value(flag) } })
            object.member("stream", Int64(entry.stream))
            object.member("message_bytes", Int64(entry.messageBytes))
            object.member("header", entry.header)
        }
        return writer.text
    }
}
