internal import RPCCore
internal import ServiceKit
internal import TallyAPI

/// `probe describe`: a service, method or message as proto text.
enum ProbeDescribe {
    private static let table = SchemaTable.all

    static func run(_ context: ProbeContext) throws(UsageError) -> Int32 {
        guard let symbol = context.arguments.words.first else {
            context.output(Self.table.services.map(\.name).joined(separator: "\n"))
            return 0
        }
        if let method = Self.table.method(symbol) {
            if context.arguments.has("--template") {
                context.output(Self.template(method.requestType, depth: 3))
                return 0
            }
            context.output(Self.text(method))
            context.output(Self.message(method.requestType))
            context.output(Self.message(method.responseType))
        } else if let service = Self.table.services.first(where: { $0.name == symbol }) {
            let lines = service.methods.map { "  " + Self.text($0) }
            context.output("service \(service.name) {\n\(lines.joined(separator: "\n"))\n}")
        } else if Self.table.messages[symbol] != nil {
            context.output(
                context.arguments.has("--template")
                    ? Self.template(symbol, depth: 3) : Self.message(symbol))
        } else if let known = Self.table.enums[symbol] {
            let lines = known.values.map { "  \($0.1) = \($0.0);" }
            context.output("enum \(symbol) {\n\(lines.joined(separator: "\n"))\n}")
        } else {
            throw UsageError("no service, method or message is called \(symbol)")
        }
        return 0
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
