internal import JSON
internal import RPC
internal import RPCCore
internal import ServiceKit
internal import TallyAPI

/// `probe call`: any method, with JSON in and out.
enum ProbeCall {
    /// A message that is only bytes: the schema tables say what they mean.
    private struct Raw: RPCMessage {
        var bytes: [UInt8]
        init(_ bytes: [UInt8]) { self.bytes = bytes }
        init(decoding bytes: UnsafeRawBufferPointer) throws(RPCError) { self.bytes = Array(bytes) }
        func encode(into bytes: inout [UInt8]) { bytes.append(contentsOf: self.bytes) }
    }

    static func run(_ context: ProbeContext) async throws -> Int32 {
        let path = try context.word(0, "METHOD")
        guard let method = SchemaTable.all.method(path) else {
            throw UsageError("no method is called \(path); probe list names them")
        }
        let requests = try self.requests(context, method)
        var options = context.options
        for header in context.arguments.all("-H") { try self.add(header, to: &options) }
        let print: @Sendable (Raw) throws -> Void = { message in
            context.output(
                try JSONMapping().decode(
                    message.bytes, as: method.responseType,
                    emitsDefaults: context.arguments.has("--emit-defaults")))
        }
        switch method.kind {
        case .unary, .serverStreaming:
            guard requests.count == 1 else { throw UsageError("-d holds one object for \(path)") }
            try await self.one(context, method, requests[0], options, print)
        case .clientStreaming, .bidirectional:
            try await context.channel.bidirectional(method, options: options) {
                (writer: RequestWriter<Raw>, reader: RPCReader<Raw>) in
                for request in requests { try await writer.send(request) }
                await writer.finish()
                while let message = try await reader.next() { try print(message) }
            }
        }
        return 0
    }

    private static func one(
        _ context: ProbeContext, _ method: MethodDescriptor, _ request: Raw,
        _ options: CallOptions, _ print: @escaping @Sendable (Raw) throws -> Void
    ) async throws {
        guard method.kind == .serverStreaming else {
            let reply: Raw = try await context.channel.unary(method, request, options: options)
            return try print(reply)
        }
        try await context.channel.serverStreaming(method, request, options: options) {
            (reader: RPCReader<Raw>) in
            while let message = try await reader.next() { try print(message) }
        }
    }

    private static func requests(
        _ context: ProbeContext, _ method: MethodDescriptor
    ) throws -> [Raw] {
        let texts = context.arguments.all("-d")
        var messages: [Raw] = []
        for text in texts.isEmpty ? ["{}"] : texts {
            do {
                let json = try JSONReader.read(try self.load(text))
                let mapping = JSONMapping()
                messages.append(Raw(try mapping.encode(json, as: method.requestType)))
            } catch let error as JSONError {
                throw UsageError("-d: \(error.message)")
            } catch let error as JSONMappingError {
                throw UsageError("-d: \(error.message)")
            }
        }
        return messages
    }

    /// `@` is standard input, `@name` a file, anything else the text itself.
    private static func load(_ text: String) throws(UsageError) -> [UInt8] {
        guard text.hasPrefix("@") else { return Array(text.utf8) }
        let path = String(text.dropFirst())
        guard let bytes = path.isEmpty ? SystemAccess.readInput() : SystemAccess.read(path) else {
            throw UsageError("-d: the file cannot be read")
        }
        return bytes
    }

    private static func add(_ header: String, to options: inout CallOptions) throws(UsageError) {
        let parts = header.split(separator: ":", maxSplits: 1)
        guard parts.count == 2 else { throw UsageError("-H wants 'key: value'") }
        let value = String(parts[1].drop { $0 == " " })
        options.metadata.add(String(parts[0]), self.substituted(value))
    }

    /// `${NAME}` is the environment's, so that a secret need not stand on the command line.
    private static func substituted(_ value: String) -> String {
        guard value.hasPrefix("${"), value.hasSuffix("}") else { return value }
        return SystemAccess.environment[String(value.dropFirst(2).dropLast())] ?? ""
    }
}
