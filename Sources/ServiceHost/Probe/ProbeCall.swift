internal import JSON
internal import RPC
internal import RPCCore
internal import ServiceKit
internal import TallyAPI

/// `probe call`: any method, with JSON in and out.
enum ProbeCall {
    static let verb = ProbeVerb(
        "call",
        "METHOD [-d JSON|@FILE|@] [-H 'k: v'] [--format json|jsonl|text] [--emit-defaults] "
            + "[--envelope] [--max-time 5s] [--wait-for-ready] any method of any kind",
        words: 1, options: ["-d", "-H", "--format"],
        switches: ["--emit-defaults", "--envelope"]
    ) { try await Self.run($0) }

    /// A message that is only bytes: the schema tables say what they mean.
    struct Raw: RPCMessage {
        var bytes: [UInt8]
        init(_ bytes: [UInt8]) { self.bytes = bytes }
        init(decoding bytes: UnsafeRawBufferPointer) throws(RPCError) { self.bytes = Array(bytes) }
        func encode(into bytes: inout [UInt8]) { bytes.append(contentsOf: self.bytes) }
    }

    static func run(_ context: ProbeContext) async throws -> Int32 {
        let method = try self.method(context)
        let requests = try self.requests(context, method)
        var options = context.options
        for header in context.arguments.all("-H") { try self.add(header, to: &options) }
        let received = ReceivedMetadata()
        options.received = received
        let printer = try CallPrinter(context, method, received)
        do {
            try await self.call(context, method, requests, options, printer)
            printer.ended(nil)
        } catch let error as RPCError {
            printer.ended(error)
            throw error
        }
        return 0
    }

    /// The method that the command line names.
    ///
    /// - Throws: `UsageError` when none has the name.
    static func method(_ context: ProbeContext) throws(UsageError) -> MethodDescriptor {
        let path = try context.word(0, "METHOD")
        guard let method = SchemaTable.all.method(path) else {
            throw UsageError("no method is called \(path); probe list names them")
        }
        return method
    }

    private static func call(
        _ context: ProbeContext, _ method: MethodDescriptor, _ requests: [Raw],
        _ options: CallOptions, _ printer: CallPrinter
    ) async throws {
        let isSingle = !method.kind.streamsRequests
        guard !isSingle || requests.count == 1 else {
            throw UsageError("-d holds one object for \(method.path)")
        }
        switch method.kind {
        case .unary:
            let reply: Raw = try await context.channel.unary(method, requests[0], options: options)
            try printer.message(reply.bytes)
        case .serverStreaming:
            try await context.channel.serverStreaming(method, requests[0], options: options) {
                (reader: RPCReader<Raw>) in
                while let message = try await reader.next() { try printer.message(message.bytes) }
            }
        case .clientStreaming, .bidirectional:
            try await context.channel.bidirectional(method, options: options) {
                (writer: RequestWriter<Raw>, reader: RPCReader<Raw>) in
                for request in requests { try await writer.send(request) }
                await writer.finish()
                while let message = try await reader.next() { try printer.message(message.bytes) }
            }
        }
    }

    /// The messages of `-d`: an object each, and a file holds one or one a line.
    static func requests(_ context: ProbeContext, _ method: MethodDescriptor) throws -> [Raw] {
        let texts = context.arguments.all("-d")
        var messages: [Raw] = []
        for text in texts.isEmpty ? ["{}"] : texts {
            let bytes = try self.load(text)
            if let message = try? self.message(bytes, method) {
                messages.append(message)
                continue
            }
            let lines = bytes.split(separator: UInt8(ascii: "\n"))
            // One object over many lines that does not fit is told of as a whole.
            let pieces = text.hasPrefix("@") && method.kind.streamsRequests ? lines : [bytes[...]]
            for piece in pieces { messages.append(try self.message(Array(piece), method)) }
        }
        return messages
    }

    private static func message(_ bytes: [UInt8], _ method: MethodDescriptor) throws -> Raw {
        do {
            let json = try JSONReader.read(bytes)
            return Raw(try JSONMapping().encode(json, as: method.requestType))
        } catch let error as JSONError {
            throw UsageError("-d: \(error.message)")
        } catch let error as JSONMappingError {
            throw UsageError("-d: \(error.message)")
        }
    }

    /// `@` is standard input, `@name` a file, anything else the text itself.
    private static func load(_ text: String) throws(UsageError) -> [UInt8] {
        guard text.hasPrefix("@") else { return Array(text.utf8) }
        let path = String(text.dropFirst())
        return try ProbeInput.body.read(path.isEmpty ? nil : path)
    }

    private static func add(_ header: String, to options: inout CallOptions) throws(UsageError) {
        let parts = header.split(separator: ":", maxSplits: 1)
        guard parts.count == 2 else { throw UsageError("-H wants 'key: value'") }
        let value = String(parts[1].drop { $0 == " " })
        options.metadata.add(String(parts[0]), try self.substituted(value))
    }

    /// `${NAME}` is the environment's, so that a secret need not stand on the command line.
    private static func substituted(_ value: String) throws(UsageError) -> String {
        guard value.hasPrefix("${"), value.hasSuffix("}") else { return value }
        let name = String(value.dropFirst(2).dropLast())
        guard let secret = SystemAccess.environment[name] else {
            throw UsageError("-H: the environment has no \(name)")
        }
        return secret
    }
}
