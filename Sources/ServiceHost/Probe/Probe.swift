internal import RPC
internal import RPCCore
internal import ServiceKit
internal import Sockets
internal import TallyAPI

/// The command line of an operator against a running service (rpc.md section 5).
struct Probe {
    let program: any ServiceProgram.Type

    /// Flags without a value that every verb takes.
    static let switches: Set<String> = [
        "--json", "-v", "--quiet", "--help", "-h", "--wait-for-ready", "--no-tls",
    ]
    /// Flags that ask for JSON; failures are JSON with each of them.
    static let jsonSwitches: Set<String> = ["--json", "--jsonl"]
    /// Flags with a value that every verb takes.
    static let options: Set<String> = [
        "--addr", "--max-time", "--connect-timeout", "--tls-ca", "--tls-cert", "--tls-key",
        "--tls-name",
    ]

    /// Exit code of a command line that does not fit.
    private static let wrongUsage: Int32 = 2

    /// Every command of this program's probe.
    var verbs: [ProbeVerb] { ProbeCommands.all + self.program.verbs }

    func run(_ arguments: [String]) async -> Int32 {
        guard let name = arguments.first else {
            SystemAccess.writeError(self.help)
            return Self.wrongUsage
        }
        let isJSON = !Self.jsonSwitches.isDisjoint(with: arguments)
        if name == "--help" || name == "-h" { return Self.show(self.help, isJSON) }
        guard let verb = self.verbs.first(where: { $0.name == name }) else {
            let error = UsageError(
                name.hasPrefix("-") ? "no command before \(name)" : "unknown command \(name)")
            Self.tell(ProbeFailure(error), "\(error.message)\n\n\(self.help)", isJSON)
            return Self.wrongUsage
        }
        do {
            let parsed = try verb.parse(Array(arguments.dropFirst()))
            if parsed.has("--help") || parsed.has("-h") {
                return Self.show(
                    "usage: \(self.usage(verb))\n\n\(Self.exitCodes(of: name))\n", isJSON)
            }
            return try await self.run(verb, parsed)
        } catch let error as UsageError {
            Self.tell(
                ProbeFailure(error), "\(error.message)\nusage: \(self.usage(verb))", isJSON)
            return name == "health" ? 1 : Self.wrongUsage
        } catch {
            Self.tell(ProbeFailure(RPCError(.unknown, "\(error)")), "\(error)", isJSON)
            return 1
        }
    }

    /// Writes a failure to standard error: for people in words, else as JSON.
    private static func tell(_ failure: ProbeFailure, _ words: String, _ isJSON: Bool) {
        SystemAccess.writeError(isJSON ? failure.json : words)
    }

    /// Writes help that was asked for; the exit code.
    private static func show(_ help: String, _ isJSON: Bool) -> Int32 {
        guard case .failed(let cause) = SystemAccess.writeOutput(help) else { return 0 }
        let error = ProbeFailure.output(cause)
        self.tell(ProbeFailure(error), "\(error)", isJSON)
        return 1
    }

    private func run(_ verb: ProbeVerb, _ arguments: CommandLineArguments) async throws -> Int32 {
        let interrupt = Interrupt()
        let group = try EventLoopGroup(threads: 1, name: "probe")
        let context = try self.context(verb, arguments, group)
        let code: Int32
        do {
            code = try await interrupt.cancelling { try await verb.run(context) }
        } catch let error as RPCError {
            if interrupt.exitCode == nil { context.report(error) }
            code = verb.exitCode(error)
        } catch let error as UsageError {
            throw error
        } catch {
            let isInterrupted = interrupt.exitCode != nil || error is CancellationError
            if !isInterrupted { context.report(RPCError(.unknown, "\(error)"), words: "\(error)") }
            code = 1
        }
        guard let interrupted = interrupt.exitCode else { return code }
        await self.say(goodbyeOn: context.channel, group)
        return interrupted
    }

    /// Lets the cancellation reach the service before the process ends.
    private func say(goodbyeOn channel: RPCChannel, _ group: EventLoopGroup) async {
        await channel.close()
        await withCheckedContinuation { continuation in
            // A turn of the loop later everything has been handed to the kernel.
            group.next().schedule(after: .milliseconds(5)) { continuation.resume() }
        }
    }

    private func context(
        _ verb: ProbeVerb, _ arguments: CommandLineArguments, _ group: EventLoopGroup
    ) throws -> ProbeContext {
        let address = arguments.value("--addr") ?? self.defaultAddress
        var configuration = ClientConfiguration(
            hello: Hello(
                agent: "probe/\(Version.text) tally-rpc/0.1", instance: SystemAccess.instance,
                schemaDigest: SchemaTable.digest))
        let isQuiet = arguments.has("--quiet")
        configuration.schemaDiffers = { address in
            guard !isQuiet else { return }
            SystemAccess.writeError(
                "\(address) was built from other message definitions; fields may be missing")
        }
        configuration.connectTimeout = try arguments.duration(
            "--connect-timeout", default: .seconds(1))
        try ProbeTLS.apply(arguments, SystemAccess.environment, to: &configuration)
        let open: @Sendable () throws -> RPCChannel = { [configuration] in
            do throws(SocketError) {
                return try RPCChannel(address, configuration: configuration, group: group)
            } catch {
                throw UsageError("--addr: \(error.message)")
            }
        }
        return ProbeContext(
            channel: try open(), address: verb.asksService ? address : "", anotherChannel: open,
            started: .now, arguments: arguments,
            options: CallOptions(
                timeout: try arguments.duration("--max-time", default: .seconds(5)),
                waitForReady: arguments.has("--wait-for-ready")),
            json: Self.jsonSwitches.contains { arguments.has($0) })
    }

    private var defaultAddress: String {
        let name = "TALLY_\(self.program.name.uppercased())_ADDR"
        return SystemAccess.environment[name] ?? "127.0.0.1:\(self.program.rpcPort)"
    }

    // MARK: Help

    private func usage(_ verb: ProbeVerb) -> String {
        "tally-\(self.program.name) probe \(verb.name) \(verb.usage)"
    }

    private static func exitCodes(of name: String) -> String {
        switch name {
        case "health", "ready", "watch":
            "exit codes: 0 SERVING, 1 wrong usage (2 for ready and watch), 2 no connection, "
                + "3 call failed, 4 not SERVING"
        case "list", "describe", "ping", "limits":
            "exit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted"
        case "decode":
            "exit codes: 0 done, 1 the capture is cut or broken, 2 wrong usage"
        case "bench":
            "exit codes: 0 done, 1 no connection, nothing measured, or every call failed, "
                + "2 wrong usage, 3 a threshold was missed, 130 interrupted"
        case "drain":
            "exit codes: 0 stopped, 1 failed, 2 wrong usage, 4 the grace has passed, "
                + "130 interrupted"
        case _:
            "exit codes: 0 done, 1 failed, 2 wrong usage, 64 + status code of a failed call, "
                + "130 interrupted"
        }
    }

    private var help: String {
        let rows = self.verbs.map { ["  " + $0.name, $0.usage] }
        return """
            usage: tally-\(self.program.name) probe COMMAND [--addr HOST:PORT|unix:PATH] [--json]
                   [--max-time 5s] [-v] [--tls-ca FILE] [--tls-cert FILE] [--tls-key FILE]
                   [--tls-name NAME] [--no-tls]

            \(ProbeContext.aligned(rows).joined(separator: "\n"))

            The address is that of TALLY_\(self.program.name.uppercased())_ADDR,
            or 127.0.0.1:\(self.program.rpcPort). TLS is used when a CA or a certificate is given,
            by flag or as \(TLSSettings.authoritiesName), \(TLSSettings.certificateName),
            \(TLSSettings.keyName) and \(TLSSettings.nameName) (the name that the
            service's certificate must hold, in place of the host of its address).
            Data goes to standard output, words to standard error; with --json failures are JSON,
            too. Ctrl-C cancels the call at the service.
            exit codes: 0 done, 1 failed, 2 wrong usage, 64 + status code of a failed call,
            130 interrupted; COMMAND --help tells those of a command.

            """
    }
}
