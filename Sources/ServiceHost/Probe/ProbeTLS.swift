internal import Crypto
internal import RPC
internal import ServiceKit

/// TLS of a probe: by flags, else by the variables that the services have.
enum ProbeTLS {
    static func apply(
        _ arguments: CommandLineArguments, _ environment: [String: String],
        to configuration: inout ClientConfiguration
    ) throws {
        guard !arguments.has("--no-tls") else { return }
        func file(_ flag: String, _ variable: String) -> TLSFiles.File {
            if let path = arguments.value(flag) { return .init(name: flag, path: path) }
            let path = environment[variable].flatMap { $0.isEmpty ? nil : $0 }
            return .init(name: path == nil ? flag : variable, path: path)
        }
        let files = TLSFiles(
            certificate: file("--tls-cert", TLSSettings.certificateName),
            key: file("--tls-key", TLSSettings.keyName),
            authorities: file("--tls-ca", TLSSettings.authoritiesName))
        guard files.areNamed || files.key.path != nil else { return }
        let (credentials, faults) = files.load(at: SystemAccess.clock.now())
        guard faults.isEmpty else { throw UsageError(faults.joined(separator: "\n")) }
        configuration.tls = try LiveCredentials(credentials, protocolName: TLSFiles.protocolName)
        configuration.tlsName =
            arguments.value("--tls-name") ?? environment[TLSSettings.nameName]
    }
}
