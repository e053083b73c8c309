public import HTTPServer
public import Postgres
public import RPC
internal import RPCCore
public import ServiceKit
public import Sockets
internal import TallyAPI

/// One of the four programs: what it is called, what it owns, how it starts.
public protocol ServiceProgram: Sendable {
    /// Such as `ingest`; the name of its schema, too.
    static var name: String { get }
    /// One sentence for `--help`.
    static var summary: String { get }
    /// The usual RPC port; the admin port is a hundred above.
    static var rpcPort: UInt16 { get }
    /// The steps of its schema; none when it owns no data.
    static var migrations: [SchemaFile] { get }
    /// Whether it owns a schema.
    static var hasSchema: Bool { get }
    /// Names for calls that its operators make often.
    static var verbs: [ProbeVerb] { get }
    /// Commands beside serve, migrate and probe: a name, its usage, what it does.
    static var commands: [ProgramCommand] { get }

    /// Who may call its methods where that differs from the rule for all; asked when callers are
    /// known by certificate.
    static var callerRules: [CallerRule] { get }

    /// Reads its own variables; faults are collected by the reader.
    init(reading reader: inout ConfigurationReader)
    /// Builds its parts; they run until the service ends.
    func start(_ host: ServiceHandle) async throws -> ServiceParts
}

extension ServiceProgram {
    /// No commands of its own.
    public static var commands: [ProgramCommand] { [] }
    /// The rule for all: every role may read, the gateway may do the rest.
    public static var callerRules: [CallerRule] { [] }
}

/// A migration as it stands in the service's folder.
public struct SchemaFile: Sendable {
    /// Such as `m0001_initial.sql`.
    public let name: String
    /// The statements.
    public let text: [UInt8]

    /// Makes it.
    public init(_ name: String, _ text: [UInt8]) {
        self.name = name
        self.text = text
    }

    /// All steps of a program, in order.
    static func migrations(of program: any ServiceProgram.Type) throws(PostgresError) -> [Migration]
    {
        var steps: [Migration] = []
        for file in program.migrations {
            steps.append(try Migration(file: file.name, sql: file.text))
        }
        return steps
    }
}

/// A command of one program alone.
public struct ProgramCommand: Sendable {
    /// Its name on the command line.
    public let name: String
    /// Its arguments and what it does, in one line.
    public let usage: String
    /// Runs it; the exit code.
    public let run: @Sendable ([String]) async -> Int32

    /// Makes a command.
    public init(
        name: String, usage: String, run: @escaping @Sendable ([String]) async -> Int32
    ) {
        self.name = name
        self.usage = usage
        self.run = run
    }
}

/// What a program builds its parts from.
public struct ServiceHandle: Sendable {
    /// The program's name, as its neighbours hear it.
    let name: String
    /// The loops of this process.
    public let group: EventLoopGroup
    /// The process' log.
    public let logger: Logger
    /// The process' numbers.
    public let metrics: MetricsRegistry
    /// What works.
    public let health: HealthBoard
    /// The time of day.
    public let clock: WallClock
    /// `host:pid:start`.
    public let instance: String
    /// The service's schema; nil for a program without one.
    public let database: PostgresConfiguration?
    /// Connections to it.
    public let pool: PostgresPool?
    /// How it proves itself to its neighbours.
    let tls: TLSSettings
    /// The last and the slowest calls.
    let history: CallHistory
    /// The channels that were made here.
    let channels = ChannelList()
    /// What happens on the connections of the server.
    let serverMeter = ConnectionMeter()
    /// What happens on those of the channels.
    let clientMeter = ConnectionMeter()

    /// How the program introduces itself, to whoever calls it and whom it calls.
    var hello: Hello {
        Hello(
            agent: "\(self.name)/\(Version.text) tally-rpc/0.1", instance: self.instance,
            schemaDigest: SchemaTable.digest)
    }

    /// A channel to another service, which operators see under `name`.
    ///
    /// - Throws: `SocketError` with `badAddress`.
    public func channel(
        to name: String, at addresses: String
    ) throws(SocketError) -> RPCChannel {
        let channel = try RPCChannel(
            addresses, configuration: Host.clientConfiguration(self), group: self.group)
        self.channels.add(name, channel)
        return channel
    }
}

/// What a running service consists of.
public struct ServiceParts: Sendable {
    /// Adds the service's methods to the router.
    public var register: @Sendable (inout RPCRouter) -> Void
    /// What runs on its own once the database is ready, by name; each ends when cancelled.
    public var workers: [(name: String, run: @Sendable () async -> Void)]
    /// An HTTP server of its own.
    public var http: HTTPServer?

    /// Makes the parts.
    public init(
        register: @escaping @Sendable (inout RPCRouter) -> Void,
        workers: [(name: String, run: @Sendable () async -> Void)] = [], http: HTTPServer? = nil
    ) {
        self.register = register
        self.workers = workers
        self.http = http
    }
}
