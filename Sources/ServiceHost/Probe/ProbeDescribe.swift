internal import RPCCore
internal import ServiceKit
internal import TallyAPI

/// `probe describe`: a service, method, message or enum as proto text, or as one JSON object.
enum ProbeDescribe {
    private static let table = SchemaTable.all

    /// What a name may stand for.
    private enum Symbol {
        case service(ServiceSchema)
        case method(MethodDescriptor)
        case message(MessageSchema)
        case enumeration(EnumSchema)

        /// - Throws: `UsageError` when nothing has the name.
        init(_ name: String) throws(UsageError) {
            if let method = ProbeDescribe.table.method(name) {
                self = .method(method)
            } else if let service = ProbeDescribe.table.services.first(where: { $0.name == name }) {
                self = .service(service)
            } else if let message = ProbeDescribe.table.messages[name] {
                self = .message(message)
            } else if let known = ProbeDescribe.table.enums[name] {
                self = .enumeration(known)
            } else {
                throw UsageError("no service, method or message is called \(name)")
            }
        }

        /// The message that a template is for; nil when there is none.
        var template: String? {
            switch self {
            case .method(let method): method.requestType
            case .message(let message): message.name
            case .service, .enumeration: nil
            }
        }
    }

    static func run(_ context: ProbeContext) throws(UsageError) -> Int32 {
        guard let name = context.arguments.words.first else {
            for service in Self.table.services {
                context.output(context.json ? Self.json(.service(service)) : service.name)
            }
            return 0
        }
        let symbol = try Symbol(name)
        if context.arguments.has("--template"), let message = symbol.template {
            context.output(Self.template(message, depth: 3))
        } else {
            context.output(context.json ? Self.json(symbol) : Self.text(symbol))
        }
        return 0
    }

    // MARK: JSON

    private static func json(_ symbol: Symbol) -> String {
        var writer = JSONWriter()
        writer.object { object in
            switch symbol {
            case .service(let service): self.write(service, to: &object)
            case .method(let method): self.write(method, to: &object)
            case .message(let message): self.write(message, to: &object)
            case .enumeration(let known): self.write(known, to: &object)
            }
        }
        return writer.text
    }

    private static func write(_ service: ServiceSchema, to object: inout JSONWriter) {
        object.member("name", service.name)
        object.member("kind", "service")
        object.member("methods") { list in
            for method in service.methods { list.object { self.write(method, to: &$0) } }
        }
    }

    private static func write(_ method: MethodDescriptor, to object: inout JSONWriter) {
        object.member("name", method.path)
        object.member("kind", "method")
        ProbeCommands.write(method, to: &object)
    }

    private static func write(_ message: MessageSchema, to object: inout JSONWriter) {
        object.member("name", message.name)
        object.member("kind", "message")
        object.member("fields") { list in
            for field in message.fields {
                list.object { member in
                    member.member("number", field.number)
                    member.member("name", field.name)
                    member.member("json_name", field.jsonName)
                    member.member("type", self.name(field.kind))
                    member.member("repeated", field.isRepeated)
                    member.member("oneof", field.oneof)
                }
            }
        }
    }

    private static func write(_ known: EnumSchema, to object: inout JSONWriter) {
        object.member("name", known.name)
        object.member("kind", "enum")
        object.member("values") { list in
            for (number, name) in known.values {
                list.object { value in
                    value.member("number", number)
                    value.member("name", name)
                }
            }
        }
    }

    // MARK: Proto text

    private static func text(_ symbol: Symbol) -> String {
        switch symbol {
        case .service(let service):
            let lines = service.methods.map { "  " + self.text($0) }
            return "service \(service.name) {\n\(lines.joined(separator: "\n"))\n}"
        case .method(let method):
            return [
                self.text(method), self.message(method.requestType),
                self.message(method.responseType),
            ].joined(separator: "\n")
        case .message(let message): return self.message(message.name)
        case .enumeration(let known):
            let lines = known.values.map { "  \($0.1) = \($0.0);" }
            return "enum \(known.name) {\n\(lines.joined(separator: "\n"))\n}"
        }
    }

    private static func text(_ method: MethodDescriptor) -> String {
        let name = method.path.split(separator: "/").last ?? ""
        let request = (method.kind.streamsRequests ? "stream " : "") + method.requestType
        let response = (method.kind.streamsResponses ? "stream " : "") + method.responseType
        return "rpc \(name)(\(request)) returns (\(response));"
    }

    private static func name(_ kind: FieldSchema.Kind) -> String {
        switch kind {
        case .int32: "int32"
        case .int64: "int64"
        case .uint32: "uint32"
        case .uint64: "uint64"
        case .double: "double"
        case .bool: "bool"
        case .string: "string"
        case .bytes: "bytes"
        case .message(let name), .enumeration(let name): name
        }
    }

    private static func message(_ name: String) -> String {
        let fields = self.table.messages[name]?.fields ?? []
        let lines = fields.map { field in
            let list = field.isRepeated ? "repeated " : ""
            let oneof = field.oneof.map { "  // oneof \($0)" } ?? ""
            return "  \(list)\(self.name(field.kind)) \(field.name) = \(field.number);\(oneof)"
        }
        return "message \(name) {\n\(lines.joined(separator: "\n"))\n}"
    }

    /// A request with every field at its default, to be filled in.
    private static func template(_ name: String, depth: Int) -> String {
        let fields = self.table.messages[name]?.fields ?? []
        let members = fields.map { field -> String in
            var value =
                switch field.kind {
                case .int32, .uint32, .double: "0"
                case .int64, .uint64: "\"0\""
                case .bool: "false"
                case .string, .bytes: "\"\""
                case .enumeration(let name): "\"\(self.table.enums[name]?.values.first?.1 ?? "")\""
                case .message(let name): depth > 0 ? self.template(name, depth: depth - 1) : "{}"
                }
            if field.isRepeated { value = "[\(value)]" }
            return "\"\(field.jsonName)\":\(value)"
        }
        return "{\(members.joined(separator: ","))}"
    }
}
