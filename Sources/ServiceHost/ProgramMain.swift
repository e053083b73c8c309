internal import Postgres
internal import ServiceKit

/// The entry of all four programs: `serve`, `migrate`, `probe`, and what a program adds.
public enum ProgramMain {
    /// Runs the command line and ends the process.
    public static func run(_ program: any ServiceProgram.Type) async -> Never {
        let arguments = Array(CommandLine.arguments.dropFirst())
        SystemAccess.end(await self.run(program, arguments))
    }

    static func run(_ program: any ServiceProgram.Type, _ arguments: [String]) async -> Int32 {
        let rest = Array(arguments.dropFirst())
        switch arguments.first {
        case "serve" where rest.isEmpty: return await self.serve(program)
        case "migrate" where rest.isEmpty && program.hasSchema: return self.migrate(program)
        case "probe": return await Probe(program: program).run(rest)
        case "completion" where rest.count == 1: return self.complete(program, rest[0])
        case "--help", "-h", "help":
            return self.write(self.help(program))
        case "--version": return self.write("tally-\(program.name) \(Version.text)\n")
        case let name?:
            if let command = program.commands.first(where: { $0.name == name }) {
                return await command.run(rest)
            }
            return self.usage(program)
        case nil: return self.usage(program)
        }
    }

    private static func complete(_ program: any ServiceProgram.Type, _ shell: String) -> Int32 {
        guard let script = Completion(program: program).script(for: shell) else {
            let known = Completion.shells.joined(separator: ", ")
            SystemAccess.writeError("completion is there for \(known), not for \(shell)")
            return 2
        }
        return self.write(script)
    }

    /// - Returns: 0, also when nobody reads on; 1 when the text could not be written.
    private static func write(_ text: String) -> Int32 {
        guard case .failed(let cause) = SystemAccess.writeOutput(text) else { return 0 }
        SystemAccess.writeError(cause)
        return 1
    }

    private static func usage(_ program: any ServiceProgram.Type) -> Int32 {
        SystemAccess.writeError(self.help(program))
        return 2
    }

    private static func help(_ program: any ServiceProgram.Type) -> String {
        let me = "tally-\(program.name)"
        var lines = [program.summary, "", "usage:", "  \(me) serve"]
        if program.hasSchema { lines.append("  \(me) migrate") }
        lines.append("  \(me) probe COMMAND        (probe --help lists them)")
        lines.append("  \(me) completion bash|zsh|fish")
        lines += program.commands.map { "  \(me) \($0.name) \($0.usage)" }
        lines += ["", "exit codes: 0 done, 1 failed, 2 wrong usage or configuration", ""]
        lines.append("environment:")
        for variable in self.variables(program) {
            let fallback = variable.fallback.isEmpty ? "" : " (default \(variable.fallback))"
            lines.append("  \(variable.name)\(fallback)\n      \(variable.meaning)")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func variables(
        _ program: any ServiceProgram.Type
    ) -> [ConfigurationVariable] {
        var reader = ConfigurationReader(environment: [:])
        _ = HostSettings(&reader, program)
        _ = program.init(reading: &reader)
        return reader.variables
    }

    private static func serve(_ program: any ServiceProgram.Type) async -> Int32 {
        SystemAccess.harden()
        var reader = ConfigurationReader(
            environment: SystemAccess.environment, readSecret: { SystemAccess.readSecret($0) })
        let settings = HostSettings(&reader, program)
        let instance = program.init(reading: &reader)
        do throws(ConfigurationFaults) {
            try reader.finish()
        } catch { return self.refuse(program, error) }
        let logger = self.logger(settings, program.name)
        do {
            return try await Host(
                program: instance, kind: program, settings: settings, logger: logger
            ).run()
        } catch let faults as ConfigurationFaults {
            return self.refuse(program, faults)
        } catch {
            logger.error("the service could not start", ["error": "\(error)"])
            return 1
        }
    }

    /// Says everything that is wrong; nothing was started.
    private static func refuse(
        _ program: any ServiceProgram.Type, _ faults: ConfigurationFaults
    ) -> Int32 {
        SystemAccess.writeError("tally-\(program.name): the configuration is wrong")
        for fault in faults.faults { SystemAccess.writeError("  " + Logger.visible(fault)) }
        return 2
    }

    private static func logger(_ settings: HostSettings, _ name: String) -> Logger {
        let format: Logger.Format =
            switch settings.logFormat {
            case .json: .json
            case .text: .text
            case .auto: SystemAccess.isTerminal(2) ? .text : .json
            }
        return Logger(
            service: name, level: settings.logLevel, format: format, clock: SystemAccess.clock,
            sink: { SystemAccess.writeError($0) })
    }

    private static func migrate(_ program: any ServiceProgram.Type) -> Int32 {
        var reader = ConfigurationReader(
            environment: SystemAccess.environment, readSecret: { SystemAccess.readSecret($0) })
        let configuration = HostSettings.migration(&reader, program.name)
        do {
            try reader.finish()
            let migrator = try Migrator(SchemaFile.migrations(of: program), schema: program.name)
            let done = try migrator.migrate(configuration)
            let words = done.isEmpty ? "nothing to do" : done.joined(separator: ", ")
            SystemAccess.writeError("tally-\(program.name) migrate: \(words)")
            return 0
        } catch let faults as ConfigurationFaults {
            SystemAccess.writeError("tally-\(program.name) migrate: \(faults)")
            return 2
        } catch {
            SystemAccess.writeError("tally-\(program.name) migrate: \(error)")
            return 1
        }
    }
}
