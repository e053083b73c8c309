public import HTTPCore
public import Sockets
private import Synchronization

/// Answers requests.
public protocol HTTPHandler: Sendable {
    /// Answers one request; runs on the connection's loop and must not block.
    func respond(to request: HTTPRequest) async -> HTTPResponse
    /// Judges a request to become a WebSocket, before the upgrade.
    ///
    /// - Returns: who speaks on the socket, or the answer that refuses.
    func upgrade(_ request: HTTPRequest) async -> HTTPUpgrade
}

extension HTTPHandler {
    /// Refuses every WebSocket.
    public func upgrade(_ request: HTTPRequest) async -> HTTPUpgrade {
        .refuse(HTTPResponse(404))
    }
}

/// What becomes of a request for a WebSocket.
public enum HTTPUpgrade: Sendable {
    /// It becomes one; the closure runs for as long as it lives.
    case accept(@Sendable (WebSocket) async -> Void)
    /// It gets an answer.
    case refuse(HTTPResponse)
}

/// How a server behaves.
public struct HTTPServerConfiguration: Sendable {
    /// Limits of a request.
    public var limits = HTTPLimits()
    /// Connections at once; more are closed as they come.
    public var connectionsMax = 4096
    /// Time for a request to arrive whole.
    public var requestTimeout = Duration.seconds(10)
    /// Time a connection may wait for its next request.
    public var idleTimeout = Duration.seconds(75)
    /// Time without any byte taken by a client that has some waiting.
    public var writeStall = Duration.seconds(30)
    /// Answer to a request that is refused before any handler sees it.
    public var refusal: @Sendable (HTTPFault) -> HTTPResponse = { HTTPResponse($0.status) }

    /// The defaults.
    public init() {}
}

/// Serves HTTP/1.1 on one address.
public final class HTTPServer: Sendable {
    private final class Connections: Sendable {
        let state = Mutex<(all: [ObjectIdentifier: HTTPConnection], isStopping: Bool)>(([:], false))

        func add(_ connection: HTTPConnection, max: Int) -> Bool {
            self.state.withLock { state in
                guard !state.isStopping, state.all.count < max else { return false }
                state.all[ObjectIdentifier(connection)] = connection
                return true
            }
        }

        func remove(_ connection: HTTPConnection) {
            self.state.withLock { state in
                _ = state.all.removeValue(forKey: ObjectIdentifier(connection))
            }
        }
    }

    /// The address in use; tells the port when 0 was asked for.
    public let localAddress: SocketAddress
    private let listener: Listener
    private let connectionTable: Connections

    /// Listens and serves.
    ///
    /// - Throws: `SocketError` when the address cannot be had.
    public init(
        _ address: SocketAddress, handler: some HTTPHandler,
        configuration: HTTPServerConfiguration = HTTPServerConfiguration(), group: EventLoopGroup
    ) throws(SocketError) {
        let table = Connections()
        self.connectionTable = table
        self.listener = try Listener(address, group: group) { socket in
            let connection = HTTPConnection(socket, handler, configuration) { table.remove($0) }
            guard table.add(connection, max: configuration.connectionsMax) else {
                return socket.close()
            }
            connection.start()
        }
        self.localAddress = self.listener.localAddress
    }

    /// Connections that are open.
    public var connections: Int { self.connectionTable.state.withLock { $0.all.count } }

    /// Stops: accepts nothing more, lets running requests end within `grace`, closes WebSockets
    /// with 1001.
    public func shutdown(grace: Duration) async {
        self.listener.close()
        let all = self.connectionTable.state.withLock { state in
            state.isStopping = true
            return Array(state.all.values)
        }
        await withTaskGroup(of: Void.self) { tasks in
            for connection in all { tasks.addTask { await connection.drain(grace: grace) } }
        }
    }
}
