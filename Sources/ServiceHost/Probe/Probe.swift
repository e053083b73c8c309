internal import RPC
internal import RPCCore
internal import ServiceKit
internal import Sockets
internal import TallyAPI

/// The command line of an operator against a running service (rpc.md section 5).
struct Probe {
    let program: any ServiceProgram.Type

    private static let switches: Set<String> = [
        "--json", "-v", "--quiet", "--help", "-h", "--wait-for-ready", "--emit-defaults",
        "--envelope", "--follow", "--template", "--no-tls",
    ]
    private static let options: Set<String> = [
        "--addr", "--max-time", "--connect-timeout", "--rpc-timeout", "-d", "-H", "--format",
        "--wait", "-c", "-i", "--since", "--job", "--grace", "--until", "--tls-ca", "--tls-cert",
        "--tls-key", "--tls-name",
    ]

    /// What every service's probe can do.
    private static let common =
        ProbeCommands.all + ProbeTables.all + [ProbeBench.verb, ProbeDecode.verb]

    /// Exit code of a command line that does not fit.
    private static let wrongUsage: Int32 = 2

    func run(_ arguments: [String]) async -> Int32 {
        guard let name = arguments.first, name != "--help", name != "-h" else {
            let help = self.help
            if arguments.isEmpty {
                SystemAccess.writeError(help)
            } else {
                SystemAccess.writeOutput(help)
            }
            return arguments.isEmpty ? Self.wrongUsage : 0
        }
        let verbs = Self.common + self.program.verbs
        guard let verb = verbs.first(where: { $0.name == name }) else {
            SystemAccess.writeError("unknown command \(name)\n\n\(self.help)")
            return Self.wrongUsage
        }
        do {
            let parsed = try CommandLineArguments(
                Array(arguments.dropFirst()), switches: Self.switches.union(verb.switches),
                options: Self.options.union(verb.options))
            if parsed.has("--help") || parsed.has("-h") {
                SystemAccess.writeOutput(
                    "usage: tally-\(self.program.name) probe \(name) \(verb.usage)\n")
                return 0
            }
            return try await self.run(verb, parsed)
        } catch let error as UsageError {
            SystemAccess.writeError(
                "\(error.message)\nusage: tally-\(self.program.name) probe \(name) \(verb.usage)")
            return name == "health" ? 1 : Self.wrongUsage
        } catch {
            SystemAccess.writeError("\(error)")
            return 1
        }
    }

    private func run(_ verb: ProbeVerb, _ arguments: CommandLineArguments) async throws -> Int32 {
        let timeout = try arguments.duration("--max-time", default: .seconds(5))
        let address = arguments.value("--addr") ?? self.defaultAddress
        var configuration = ClientConfiguration(hello: Hello(agent: "probe/\(Version.text)"))
        configuration.connectTimeout = try arguments.duration(
            "--connect-timeout", default: .seconds(1))
        try ProbeTLS.apply(arguments, SystemAccess.environment, to: &configuration)
        let group = try EventLoopGroup(threads: 1, name: "probe")
        let channel: RPCChannel
        do throws(SocketError) {
            channel = try RPCChannel(address, configuration: configuration, group: group)
        } catch {
            throw UsageError("--addr: \(error.message)")
        }
        let context = ProbeContext(
            channel: channel, arguments: arguments,
            options: CallOptions(
                timeout: timeout, waitForReady: arguments.has("--wait-for-ready")),
            json: arguments.has("--json"))
        do {
            return try await verb.run(context)
        } catch let error as RPCError {
            self.report(error, address, json: context.json)
            return 64 + error.code.rawValue
        }
    }

    private var defaultAddress: String {
        let name = "TALLY_\(self.program.name.uppercased())_ADDR"
        return SystemAccess.environment[name] ?? "127.0.0.1:\(self.program.rpcPort)"
    }

    private func report(_ error: RPCError, _ address: String, json: Bool) {
        guard json else { return SystemAccess.writeError(Logger.visible("\(error)")) }
        var writer = JSONWriter()
        writer.object { object in
            object.member("code", error.code.name)
            object.member("number", error.code.rawValue)
            object.member("message", error.message)
            object.member("reason", error.reason)
            object.member("peer", address)
        }
        SystemAccess.writeError(writer.text)
    }

    private var help: String {
        let rows = (Self.common + self.program.verbs).map { ["  " + $0.name, $0.usage] }
        return """
            usage: tally-\(self.program.name) probe COMMAND [--addr HOST:PORT] [--json]
                   [--max-time 5s] [--tls-ca FILE] [--tls-cert FILE] [--tls-key FILE]
                   [--tls-name NAME] [--no-tls]

            \(ProbeContext.aligned(rows).joined(separator: "\n"))

            The address is that of TALLY_\(self.program.name.uppercased())_ADDR,
            or 127.0.0.1:\(self.program.rpcPort); unix:/path is one, too. TLS is used when a CA or a
            certificate is given, by flag or as \(TLSSettings.authoritiesName),
            \(TLSSettings.certificateName), \(TLSSettings.keyName) and
            \(TLSSettings.nameName) (the name that the service's certificate must
            hold, in place of the host of its address).
            exit codes: 0 done, 1 failed, 2 wrong usage, 64 + status code of a failed call
            health: 0 SERVING, 1 wrong usage, 2 no connection, 3 call failed, 4 not SERVING

            """
    }
}
