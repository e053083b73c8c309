"""Writes Swift from a descriptor set: values, codecs, clients, service protocols, schema tables.

    generate.py SET FOLDER
"""
import hashlib
import os
import re
import sys
import textwrap

from google.protobuf import descriptor_pb2

F = descriptor_pb2.FieldDescriptorProto
NUMBERS = {F.TYPE_INT32: "Int32", F.TYPE_INT64: "Int64", F.TYPE_UINT32: "UInt32",
           F.TYPE_UINT64: "UInt64", F.TYPE_DOUBLE: "Double", F.TYPE_BOOL: "Bool"}
KINDS = {F.TYPE_INT32: "int32", F.TYPE_INT64: "int64", F.TYPE_UINT32: "uint32",
         F.TYPE_UINT64: "uint64", F.TYPE_DOUBLE: "double", F.TYPE_BOOL: "bool",
         F.TYPE_STRING: "string", F.TYPE_BYTES: "bytes"}
RESERVED = {"default": "`default`", "case": "`case`", "init": "`init`"}


def camel(name):
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)


def lower_first(name):
    return name[0].lower() + name[1:]


def snake(name):
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def words(name):
    return snake(name).replace("_", " ")


class Names:
    """Full proto names to Swift and C names, with a check that flat names do not collide."""

    def __init__(self, files):
        self.swift, self.kind, self.packages = {}, {}, {}
        for file in files:
            for message in file.message_type:
                self._add(file.package, [message.name], "message")
                for enum in message.enum_type:
                    self._add(file.package, [message.name, enum.name], "enum")
                assert not message.nested_type, f"{message.name}: nested messages are not supported"
            for enum in file.enum_type:
                self._add(file.package, [enum.name], "enum")
        taken = {}
        for full, swift in self.swift.items():
            if swift in taken:
                sys.exit(f"{full} and {taken[swift]} would both be {swift} in Swift")
            taken[swift] = full

    def _add(self, package, parts, kind):
        full = "." + ".".join([package, *parts])
        self.swift[full], self.kind[full] = ".".join(parts), kind
        self.packages[full] = (package, parts)

    def c_type(self, full):
        package, parts = self.packages[full]
        return "__".join(part[0].upper() + part[1:] for part in package.split(".") + parts)

    def c_prefix(self, full):
        package, parts = self.packages[full]
        return "__".join(package.split(".") + [snake(part) for part in parts])


class Comments:
    def __init__(self, file):
        self.texts = {tuple(location.path): (location.leading_comments + " "
                                             + location.trailing_comments).strip()
                      for location in file.source_code_info.location}

    def lines(self, path, fallback, indent):
        text = " ".join(self.texts.get(tuple(path), "").split()) or fallback
        text = text[0].upper() + text[1:]
        if text[-1] not in ".:;!?":
            text += "."
        pad = " " * indent
        return [f"{pad}/// {line}" for line in textwrap.wrap(text, 96 - indent)]


class Field:
    def __init__(self, proto, names, message_full):
        self.proto, self.names = proto, names
        self.name = RESERVED.get(camel(proto.name)) or camel(proto.name)
        self.c = proto.name
        self.repeated = proto.label == F.LABEL_REPEATED
        self.in_oneof = proto.HasField("oneof_index")
        self.type = proto.type
        self.label = f"{names.swift[message_full]}.{proto.name}"

    @property
    def base(self):
        if self.type == F.TYPE_STRING:
            return "String"
        if self.type == F.TYPE_BYTES:
            return "[UInt8]"
        return NUMBERS.get(self.type) or self.names.swift[self.proto.type_name]

    @property
    def swift(self):
        if self.repeated:
            return f"[{self.base}]"
        return self.base + ("?" if self.type == F.TYPE_MESSAGE else "")

    @property
    def default(self):
        if self.repeated or self.type == F.TYPE_BYTES:
            return "[]"
        if self.type == F.TYPE_MESSAGE:
            return "nil"
        if self.type == F.TYPE_STRING:
            return '""'
        if self.type == F.TYPE_BOOL:
            return "false"
        if self.type == F.TYPE_ENUM:
            return f"{self.base}(rawValue: 0)"
        return "0"

    def read(self, source):
        """Swift from the C member of one element."""
        if self.type == F.TYPE_STRING:
            return f'try Decoder.text({source}, "{self.label}")'
        if self.type == F.TYPE_BYTES:
            return f"Decoder.bytes({source})"
        if self.type == F.TYPE_MESSAGE:
            return f"try {self.base}({source}.pointee)"
        if self.type == F.TYPE_ENUM:
            return f"{self.base}(rawValue: Int32(bitPattern: {source}.rawValue))"
        if self.type == F.TYPE_BOOL:
            return f"{source} != 0"
        return source

    def write(self, value):
        """The C member from Swift."""
        if self.type in (F.TYPE_STRING, F.TYPE_BYTES):
            return f"arena.bytes({value})"
        if self.type == F.TYPE_MESSAGE:
            return f"arena.message({value})"
        if self.type == F.TYPE_ENUM:
            name = self.names.c_type(self.proto.type_name)
            return f"{name}(rawValue: UInt32(bitPattern: {value}.rawValue))"
        if self.type == F.TYPE_BOOL:
            return f"{value} ? 1 : 0"
        return value


HEAD = "// Made by proto/generate.sh from {}; not to be edited.\n"


class Writer:
    def __init__(self, files, folder):
        self.files, self.folder = files, folder
        self.names = Names(files)

    def save(self, group, name, lines):
        path = os.path.join(self.folder, group, name + ".swift")
        os.makedirs(os.path.dirname(path), exist_ok=True)
        assert len(lines) < 600, path
        with open(path, "w") as file:
            file.write("\n".join(lines) + "\n")

    def run(self):
        for file in self.files:
            comments = Comments(file)
            group = file.package.split(".")[1].capitalize()
            for index, enum in enumerate(file.enum_type):
                self.save(group, enum.name, self.enum_file(file, enum, comments, [5, index]))
            for index, message in enumerate(file.message_type):
                self.save(group, message.name, self.message_file(file, message, comments, index))
            for index, service in enumerate(file.service):
                self.save(group, service.name + "Service",
                          self.service_file(file, service, comments, index))
                self.save(group, service.name + "Client", self.client_file(file, service))
                self.save(group, service.name + "Methods", self.methods_file(file, service))
        for file in self.files:
            self.schema_file(file)
        self.table_file()

    # Enums and messages

    def enum_file(self, file, enum, comments, path):
        return [HEAD.format(file.name), *self.enum(enum, comments, path, 0)]

    def enum(self, enum, comments, path, indent):
        pad = " " * indent
        prefix = snake(enum.name).upper() + "_"
        out = comments.lines(path, f"{words(enum.name)}; other numbers are kept.", indent)
        out += [f"{pad}public struct {enum.name}: RawRepresentable, Hashable, Sendable {{",
                f"{pad}    /// The number on the wire.", f"{pad}    public let rawValue: Int32",
                f"{pad}    /// A value by its number.",
                f"{pad}    public init(rawValue: Int32) {{ self.rawValue = rawValue }}"]
        for index, value in enumerate(enum.value):
            name = camel(value.name.removeprefix(prefix).lower())
            out += comments.lines([*path, 2, index], f"`{value.name}`.", indent + 4)
            out.append(f"{pad}    public static let {name} = {enum.name}(rawValue: {value.number})")
        return [*out, f"{pad}}}"]

    def message_file(self, file, message, comments, index):
        full = f".{file.package}.{message.name}"
        fields = [Field(field, self.names, full) for field in message.field]
        out = [HEAD.format(file.name), "internal import CTallyProto", "public import RPCCore", "",
               *comments.lines([4, index], f"Message `{full[1:]}`.", 0),
               f"public struct {message.name}: RPCMessage, Hashable {{"]
        for number, enum in enumerate(message.enum_type):
            out += self.enum(enum, comments, [4, index, 4, number], 4)
        for number, oneof in enumerate(message.oneof_decl):
            out += self.oneof(oneof, number, fields, comments, index)
        members = self.members(message, fields, comments, index)
        for _, _, _, lines in members:
            out += lines
        out += self.initializer(members)
        out += self.codec_members()
        out += ["}", "", *self.codec(message, full, fields)]
        return out

    def oneof(self, oneof, number, fields, comments, index):
        name = oneof.name.capitalize()
        out = ["    /// Which of the alternatives is set.",
               f"    public enum {name}: Hashable, Sendable {{"]
        for position, field in enumerate(fields):
            if field.in_oneof and field.proto.oneof_index == number:
                out += comments.lines([4, index, 2, position], f"`{field.c}`.", 8)
                out.append(f"        case {field.name}({field.base})")
        return [*out, "    }"]

    def members(self, message, fields, comments, index):
        """(name, type, default, declaration) of each stored property."""
        out, seen = [], set()
        for position, field in enumerate(fields):
            if field.in_oneof:
                oneof = message.oneof_decl[field.proto.oneof_index].name
                if oneof not in seen:
                    seen.add(oneof)
                    out.append((oneof, oneof.capitalize() + "?", "nil",
                                ["    /// Which alternative is set; nil for none.",
                                 f"    public var {oneof}: {oneof.capitalize()}?"]))
                continue
            doc = comments.lines([4, index, 2, position], f"The {words(field.c)}.", 4)
            out.append((field.name, field.swift, field.default,
                        [*doc, f"    public var {field.name}: {field.swift}"]))
        return out

    @staticmethod
    def initializer(members):
        parameters = ", ".join(f"{n}: {t} = {d}" for n, t, d, _ in members)
        return ["", "    /// Makes a message; what is left out has its default.",
                f"    public init({parameters}) {{",
                *[f"        self.{n} = {n}" for n, *_ in members], "    }"]

    @staticmethod
    def codec_members():
        return ["", "    /// Reads the wire format; refuses what is malformed or over its budget.",
                "    public init(decoding bytes: UnsafeRawBufferPointer) throws(RPCError) {",
                "        self = try Decoder.message(bytes)", "    }", "",
                "    /// Appends the wire format.",
                "    public func encode(into bytes: inout [UInt8]) {",
                "        Encoder.append(self, to: &bytes)", "    }"]

    def codec(self, message, full, fields):
        c_type, prefix = self.names.c_type(full), self.names.c_prefix(full)
        name = message.name
        out = [f"extension {name}: WireMessage {{",
               f'    static let fullName = "{full[1:]}"',
               f"    static var unpack: Unpack<{c_type}> {{ {prefix}__unpack }}",
               f"    static var packedSize: PackedSize<{c_type}> {{ {prefix}__get_packed_size }}",
               f"    static var pack: Pack<{c_type}> {{ {prefix}__pack }}",
               f"    static var initialize: Initialize<{c_type}> {{ {prefix}__init }}", "",
               f"    init(_ c: {c_type}) throws(RPCError) {{", "        self.init()"]
        for number, oneof in enumerate(message.oneof_decl):
            out += self.read_oneof(oneof, number, fields, full)
        for field in fields:
            if not field.in_oneof:
                out += self.read_field(field)
        out += ["    }", "", f"    func fill(_ c: inout {c_type}, _ arena: Arena) {{"]
        for oneof in message.oneof_decl:
            out += self.write_oneof(oneof, message, fields, full)
        for field in fields:
            if not field.in_oneof:
                out += self.write_field(field)
        return [*out, "    }", "}"]

    def case_constant(self, full, oneof, field):
        package, parts = self.names.packages[full]
        prefix = "__".join([p.upper() for p in package.split(".")]
                           + [snake(part).upper() for part in parts])
        return f"{prefix}__{oneof.name.upper()}_{field.c.upper()}"

    def read_oneof(self, oneof, number, fields, full):
        out = [f"        switch c.{oneof.name}_case {{"]
        for field in fields:
            if field.in_oneof and field.proto.oneof_index == number:
                out.append(f"        case {self.case_constant(full, oneof, field)}:")
                if field.type == F.TYPE_MESSAGE:
                    out.append(f"            if let inner = c.{field.c} {{ "
                               f"self.{oneof.name} = .{field.name}({field.read('inner')}) }}")
                else:
                    out.append(f"            self.{oneof.name} = "
                               f".{field.name}({field.read('c.' + field.c)})")
        return [*out, "        case _: break", "        }"]

    @staticmethod
    def read_field(field):
        if field.repeated:
            source = f"c.{field.c}[index]"
            if field.type == F.TYPE_MESSAGE:
                return [f"        for index in 0..<c.n_{field.c} {{",
                        f"            guard let inner = {source} else {{ continue }}",
                        f"            self.{field.name}.append({field.read('inner')})", "        }"]
            return [f"        for index in 0..<c.n_{field.c} {{",
                    f"            self.{field.name}.append({field.read(source)})", "        }"]
        if field.type == F.TYPE_MESSAGE:
            return [f"        if let inner = c.{field.c} {{ "
                    f"self.{field.name} = {field.read('inner')} }}"]
        return [f"        self.{field.name} = {field.read('c.' + field.c)}"]

    def write_oneof(self, oneof, message, fields, full):
        out = [f"        switch self.{oneof.name} {{"]
        for field in fields:
            if field.in_oneof and message.oneof_decl[field.proto.oneof_index] is oneof:
                out += [f"        case .{field.name}(let value):",
                        f"            c.{oneof.name}_case = {self.case_constant(full, oneof, field)}",
                        f"            c.{field.c} = {field.write('value')}"]
        return [*out, "        case nil: break", "        }"]

    def write_field(self, field):
        value = f"self.{field.name}"
        if not field.repeated:
            if field.type == F.TYPE_MESSAGE:
                return [f"        if let value = {value} {{ c.{field.c} = {field.write('value')} }}"]
            return [f"        c.{field.c} = {field.write(value)}"]
        if field.type == F.TYPE_MESSAGE:
            list_ = f"arena.list({value}) {{ arena.message($0) }}"
        else:
            list_ = f"arena.list({value}) {{ {field.write('$0')} }}"
        return [f"        c.n_{field.c} = {value}.count", f"        c.{field.c} = {list_}"]

    # Services

    def method(self, service, method):
        request = self.names.swift[method.input_type]
        response = self.names.swift[method.output_type]
        kind = {(False, False): "unary", (False, True): "serverStreaming",
                (True, False): "clientStreaming", (True, True): "bidirectional"}[
                    method.client_streaming, method.server_streaming]
        return lower_first(method.name), kind, request, response

    SIGNATURES = {
        "unary": "(\n        _ request: {0}, context: CallContext\n    ) async throws -> {1}",
        "serverStreaming": "(\n        _ request: {0}, writer: RPCWriter<{1}>, "
                           "context: CallContext\n    ) async throws",
        "clientStreaming": "(\n        requests: RPCReader<{0}>, context: CallContext\n"
                           "    ) async throws -> {1}",
        "bidirectional": "(\n        requests: RPCReader<{0}>, writer: RPCWriter<{1}>, "
                         "context: CallContext\n    ) async throws"}

    def service_file(self, file, service, comments, index):
        name = service.name
        out = [HEAD.format(file.name), "public import RPC", "",
               f"/// What a server of `{file.package}.{name}` answers.",
               f"public protocol {name}Service: Sendable {{"]
        for number, method in enumerate(service.method):
            swift, kind, request, response = self.method(service, method)
            out += comments.lines([6, index, 2, number], f"`{name}/{method.name}`.", 4)
            out.append(f"    func {swift}" + self.SIGNATURES[kind].format(request, response))
        out += ["}", "", "extension RPCRouter {",
                f"    /// Answers `{file.package}.{name}` by the service.",
                f"    public mutating func register(_ service: some {name}Service) {{"]
        for method in service.method:
            swift, kind, _, _ = self.method(service, method)
            arguments = {"unary": ("request, context", "request, context: context"),
                         "serverStreaming": ("request, writer, context",
                                             "request, writer: writer, context: context"),
                         "clientStreaming": ("requests, context",
                                             "requests: requests, context: context"),
                         "bidirectional": ("requests, writer, context",
                                           "requests: requests, writer: writer, context: context")}
            closure, call = arguments[kind]
            out += [f"        self.{kind}({name}Methods.{swift}) {{ {closure} in",
                    f"            try await service.{swift}({call})", "        }"]
        return [*out, "    }", "}"]

    def client_file(self, file, service):
        name = service.name
        unary = any(self.method(service, m)[1] == "unary" for m in service.method)
        out = [HEAD.format(file.name), "public import RPC",
               *(["public import RPCCore"] if unary else []), "",
               f"/// Calls `{file.package}.{name}`.", f"public struct {name}Client: Sendable {{",
               "    private let channel: RPCChannel", "",
               "    /// A client that calls through the channel.",
               "    public init(_ channel: RPCChannel) { self.channel = channel }"]
        for method in service.method:
            swift, kind, request, response = self.method(service, method)
            out += ["", f"    /// Calls `{name}/{method.name}`; throws what the server said."]
            descriptor = f"{name}Methods.{swift}"
            options = "options: CallOptions = CallOptions()"
            if kind == "unary":
                out += [f"    public nonisolated(nonsending) func {swift}("
                        f"_ request: {request}, {options}) "
                        f"async throws(RPCError) -> {response} {{",
                        f"        try await self.channel.unary({descriptor}, request, "
                        "options: options)", "    }"]
            elif kind == "serverStreaming":
                out += [f"    public nonisolated(nonsending) func {swift}<Value: Sendable>("
                        f"_ request: {request}, {options}, _ body: nonisolated(nonsending) "
                        f"(RPCReader<{response}>) async throws -> Value) "
                        "async throws -> Value {",
                        f"        try await self.channel.serverStreaming({descriptor}, request, "
                        "options: options, body)", "    }"]
            elif kind == "bidirectional":
                out += [f"    public nonisolated(nonsending) func {swift}<Value: Sendable>("
                        f"{options}, _ body: nonisolated(nonsending) (RequestWriter<{request}>, "
                        f"RPCReader<{response}>) async throws -> Value) async throws -> Value {{",
                        f"        try await self.channel.bidirectional({descriptor}, "
                        "options: options, body)", "    }"]
            else:
                sys.exit(f"{name}/{method.name}: client streaming is not used yet")
        return [*out, "}"]

    def methods_file(self, file, service):
        out = [HEAD.format(file.name), "public import RPCCore", "",
               f"/// The methods of `{file.package}.{service.name}`.",
               f"public enum {service.name}Methods {{"]
        levels = {0: "unknown", 1: "noSideEffects", 2: "idempotent"}
        for method in service.method:
            swift, kind, _, _ = self.method(service, method)
            out += [f"    /// `{service.name}/{method.name}`.",
                    f"    public static let {swift} = MethodDescriptor(",
                    f'        path: "/{file.package}.{service.name}/{method.name}", kind: .{kind},',
                    f"        idempotency: .{levels[method.options.idempotency_level]},",
                    f'        requestType: "{method.input_type[1:]}",',
                    f'        responseType: "{method.output_type[1:]}")']
        names = ", ".join(self.method(service, m)[0] for m in service.method)
        return [*out, "    /// All of them, in the order of the .proto file.",
                f"    public static let all = [{names}]", "}"]

    # Schema tables

    def schema_file(self, file):
        name = "".join(part.capitalize() for part in file.name.removesuffix(".proto").split("/")[1:]
                       if part != "v1") + "Schema"
        out = [HEAD.format(file.name), f"/// What `{file.name}` declares.", f"enum {name} {{",
               "    static let messages: [MessageSchema] = ["]
        for message in file.message_type:
            out.append(f'        MessageSchema(name: "{file.package}.{message.name}", fields: [')
            for field in message.field:
                kind = f".{KINDS[field.type]}" if field.type in KINDS else \
                    (".message" if field.type == F.TYPE_MESSAGE else ".enumeration") \
                    + f'("{field.type_name[1:]}")'
                extra = ", isRepeated: true" if field.label == F.LABEL_REPEATED else ""
                if field.HasField("oneof_index"):
                    extra += f', oneof: "{message.oneof_decl[field.oneof_index].name}"'
                out.append(f'            FieldSchema({field.number}, "{field.name}", '
                           f"{kind}{extra}),")
            out.append("        ]),")
        out += ["    ]", "    static let enums: [EnumSchema] = ["]
        enums = [(e.name, e) for e in file.enum_type] + [
            (f"{m.name}.{e.name}", e) for m in file.message_type for e in m.enum_type]
        for full, enum in enums:
            values = ", ".join(f'({v.number}, "{v.name}")' for v in enum.value)
            out.append(f'        EnumSchema(name: "{file.package}.{full}", values: [{values}]),')
        out += ["    ]", "    static let services: [ServiceSchema] = ["]
        for service in file.service:
            out.append(f'        ServiceSchema(name: "{file.package}.{service.name}", '
                       f"methods: {service.name}Methods.all),")
        self.save("Schema", name, [*out, "    ]", "}"])

    def digest(self):
        bare = descriptor_pb2.FileDescriptorSet()
        for file in sorted(self.files, key=lambda file: file.name):
            bare.file.add().CopyFrom(file)
            bare.file[-1].ClearField("source_code_info")
        return hashlib.sha256(bare.SerializeToString(deterministic=True)).digest()

    def table_file(self):
        names = ["".join(part.capitalize() for part in f.name.removesuffix(".proto").split("/")[1:]
                         if part != "v1") + "Schema" for f in self.files]
        digest = ", ".join(f"0x{byte:02X}" for byte in self.digest())
        out = [HEAD.format("all files"), "extension SchemaTable {",
               "    /// SHA-256 of everything declared, comments left out: alike in programs that were",
               "    /// built from the same messages and methods.",
               f"    public static let digest: [UInt8] = [{digest}]", "",
               "    /// Everything declared.",
               "    public static let all = SchemaTable("]
        for part in ("messages", "enums", "services"):
            out.append(f"        {part}: [" + ", ".join(f"{n}.{part}" for n in names)
                       + "].flatMap { $0 }" + ("," if part != "services" else ")"))
        self.save("Schema", "SchemaTable+All", [*out, "}"])


def main():
    with open(sys.argv[1], "rb") as file:
        files = descriptor_pb2.FileDescriptorSet.FromString(file.read()).file
    Writer(files, sys.argv[2]).run()


main()
