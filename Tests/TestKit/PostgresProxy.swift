import Foundation
public import Postgres
import Synchronization

/// A proxy on loopback that speaks Postgres' protocol, and spoils the exchanges it is told to.
///
/// It counts exchanges: a connect, or a statement with its whole answer. One thread a connection
/// hands an exchange on and waits for its end, so what is spoiled never depends on timing. The
/// server's side of a cut connection is gone, with its locks, before the client hears of the cut.
public final class PostgresProxy: Sendable {
    /// What happens to an exchange.
    public enum Fault: Hashable, Sendable {
        /// The connection ends before the server has heard of it.
        case cutBefore
        /// The server did it; the connection ends before its answer.
        case cutAfter
        /// The server refuses it with this SQLSTATE. It is the server that raises the error, so
        /// that its transaction is as broken as it says; a commit is rolled back.
        case refuse(String)
    }

    /// One question of a client.
    public enum Exchange: Hashable, Sendable {
        case connect
        case statement(String)
    }

    private struct State {
        var decide: @Sendable (Exchange) -> Fault? = { _ in nil }
        var commits = 0
        var isStopped = false
    }

    private let listener: Int32
    private let server: String
    private let state = Mutex(State())
    private let port: UInt16
    private let direct: PostgresConfiguration

    /// Forwards to the server of a test's database, which listens on a Unix socket.
    public init(to database: PostgresConfiguration) throws {
        guard let folder = database.url.split(separator: "host=").last, folder.first == "/" else {
            throw PostgresError(.other, "the proxy reaches servers on a Unix socket alone")
        }
        self.direct = database
        self.server = folder + "/.s.PGSQL.5432"
        (self.listener, self.port) = try Wire.listen()
        Thread.detachNewThread { [weak self] in
            guard let listener = self?.listener else { return }
            while case let client = accept(listener, nil, nil), client >= 0 {
                guard let self else {
                    close(client)
                    return
                }
                Thread.detachNewThread { self.serve(Wire(client)) }
            }
            close(listener)
        }
    }

    deinit { self.stop() }

    /// Accepts nothing more; connections that are open go on until their clients leave.
    public func stop() {
        let isFirst = self.state.withLock { state in
            defer { state.isStopped = true }
            return !state.isStopped
        }
        // The thread that accepts closes it then, and its number may be another's.
        if isFirst { shutdown(self.listener, Int32(SHUT_RDWR)) }
    }

    /// The way to the database through here: one connection, so that exchanges have one order.
    public var database: PostgresConfiguration {
        var through = self.direct
        let place = through.url.split(separator: "host=")[0]
        through.url =
            "\(place)host=127.0.0.1&port=\(self.port)&sslmode=disable&gssencmode=disable"
        through.poolSize = 1
        return through
    }

    /// Says what happens to each exchange from now on; asked before the server is.
    public func onExchange(_ decide: @escaping @Sendable (Exchange) -> Fault?) {
        self.state.withLock { $0.decide = decide }
    }

    /// Transactions that the server has committed so far.
    public var commits: Int { self.state.withLock { $0.commits } }

    private func fault(for exchange: Exchange) -> Fault? {
        self.state.withLock { $0.decide }(exchange)
    }

    private func serve(_ client: Wire) {
        defer { client.end() }
        guard let hello = client.readHello() else { return }
        // A request to cancel is no session and has no answer.
        let isSession = hello[4...7] != [0x04, 0xd2, 0x16, 0x2e]
        let fault = isSession ? self.fault(for: .connect) : nil
        if case .refuse(let state) = fault { return client.send(Self.fatal(state)) }
        guard fault == nil || fault == .cutAfter, let server = Wire(unix: self.server) else {
            return
        }
        defer { server.leave() }
        server.send(hello)
        guard isSession, let answer = server.readAnswer(), fault == nil else { return }
        client.send(answer.bytes)
        while let request = client.readRequest(), self.exchange(request, client, server) {}
    }

    /// - Returns: whether the connection lives on.
    private func exchange(_ request: Wire.Request, _ client: Wire, _ server: Wire) -> Bool {
        guard let statement = request.statement else { return false }
        let fault = self.fault(for: .statement(statement))
        if fault == .cutBefore { return false }
        if case .refuse(let state) = fault {
            if statement == "commit" { _ = server.ask(Wire.query("rollback")) }
            guard let answer = server.ask(Wire.query(Self.raise(state))) else { return false }
            client.send(answer.errorAlone)
            return true
        }
        guard let answer = server.ask(request.bytes) else { return false }
        if answer.tag == "COMMIT" { self.state.withLock { $0.commits += 1 } }
        guard fault == nil else { return false }
        client.send(answer.bytes)
        return true
    }

    private static func raise(_ state: String) -> String {
        "do $$ begin raise exception 'planted by a test' using errcode = '\(state)'; end $$"
    }

    /// What a server says that takes no session.
    private static func fatal(_ state: String) -> [UInt8] {
        let fields = "SFATAL\0C\(state)\0Mplanted by a test\0\0"
        return Wire.message("E", Array(fields.utf8))
    }
}
