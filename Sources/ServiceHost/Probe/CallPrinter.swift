internal import Crypto
internal import RPC
internal import RPCCore
internal import ServiceKit
private import Synchronization
internal import TallyAPI

/// Writes what comes back of a call: messages as they come, or all of it as one envelope.
final class CallPrinter: Sendable {
    private let context: ProbeContext
    private let method: MethodDescriptor
    private let received: ReceivedMetadata
    private let format: MessageFormat
    private let isEnvelope: Bool
    /// Messages of the envelope; it is written whole, when the call has ended.
    private let kept = Mutex<[String]>([])

    /// - Throws: `UsageError` for an unknown format.
    init(
        _ context: ProbeContext, _ method: MethodDescriptor, _ received: ReceivedMetadata
    ) throws(UsageError) {
        let name = context.arguments.value("--format") ?? MessageFormat.json.rawValue
        guard let format = MessageFormat(rawValue: name) else {
            let known = MessageFormat.allCases.map(\.rawValue).joined(separator: ", ")
            throw UsageError("--format wants one of \(known)")
        }
        self.format = format
        self.context = context
        self.method = method
        self.received = received
        self.isEnvelope = context.arguments.has("--envelope")
    }

    /// - Throws: `RPCError` for a message that is not of the response's type.
    func message(_ bytes: [UInt8]) throws(RPCError) {
        let json = try self.decode(bytes)
        if self.isEnvelope { return self.kept.withLock { $0.append(json) } }
        self.context.output(
            self.format.render(json, isTerminal: SystemAccess.isTerminal(1)))
    }

    private func decode(_ bytes: [UInt8]) throws(RPCError) -> String {
        do throws(JSONMappingError) {
            return try JSONMapping().decode(
                bytes, as: self.method.responseType,
                emitsDefaults: self.context.arguments.has("--emit-defaults"))
        } catch {
            throw RPCError(
                .internalError, error.message, reason: ErrorReason.protocolViolation)
        }
    }

    /// The call is over: nil = with OK.
    func ended(_ error: RPCError?) {
        if self.context.arguments.has("-v") { self.tell(error) }
        if self.isEnvelope { self.context.output(self.envelope(error)) }
    }

    private func tell(_ error: RPCError?) {
        for entry in (self.received.headers ?? Metadata()).entries {
            self.context.say("< \(entry.key): \(Logger.visible(Self.text(entry.value)))")
        }
        for entry in self.received.trailers.entries {
            self.context.say("<< \(entry.key): \(Logger.visible(Self.text(entry.value)))")
        }
        let code = error?.code ?? .ok
        self.context.say("\(code.name) after \(self.context.elapsedMilliseconds) ms")
    }

    private func envelope(_ error: RPCError?) -> String {
        let messages = self.kept.withLock { $0 }
        var writer = JSONWriter()
        writer.object { object in
            Self.add(self.received.headers ?? Metadata(), as: "headers", to: &object)
            object.member("messages", list: { list in for text in messages { list.raw(text) } })
            Self.add(self.received.trailers, as: "trailers", to: &object)
            object.object("status") { status in
                status.member("code", (error?.code ?? .ok).name)
                status.member("number", (error?.code ?? .ok).rawValue)
                status.member("message", error?.message ?? "")
            }
            object.member("elapsed_ms", self.context.elapsedMilliseconds)
        }
        return writer.text
    }

    /// A list of pairs: keys may stand twice, and their order is kept.
    private static func add(
        _ metadata: Metadata, as name: String, to writer: inout JSONWriter
    ) {
        writer.member(name) { list in
            for entry in metadata.entries {
                list.object { pair in
                    pair.member("key", entry.key)
                    pair.member("value", self.text(entry.value))
                }
            }
        }
    }

    /// Binary values are shown in hexadecimal digits.
    private static func text(_ value: Metadata.Value) -> String {
        switch value {
        case .text(let text): text
        case .binary(let bytes): Text.hex(bytes)
        }
    }
}
