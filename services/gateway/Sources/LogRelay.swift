import HTTPServer
import RPC
import RPCCore
import ServiceKit
import Synchronization
import TallyAPI

/// Relays the services' log lines to WebSockets (http.md section 4).
///
/// Each reader follows each service from its own number: whoever comes back with the last cursor
/// gets every line once, in order per service.
struct LogRelay: Sendable {
    let upstreams: Upstreams

    /// Lines of the past for a reader without a cursor.
    private static let lastLines: UInt32 = 50
    /// Pause before a service that is away is asked again.
    private static let pause = Duration.seconds(1)

    /// Serves one socket until it is closed.
    ///
    /// - Parameter trace: of the request that opened it.
    func serve(_ socket: WebSocket, _ filter: LogFilter, _ trace: TraceContext) async {
        let desk = LogDesk(socket, cursor: filter.cursor)
        desk.hello(filter.services)
        await withTaskGroup(of: Void.self) { tasks in
            tasks.addTask { await self.listen(socket) }
            for (name, channel) in self.upstreams.channels where filter.services.contains(name) {
                tasks.addTask { await self.follow(name, channel, filter, desk, trace) }
            }
            await tasks.next()
            tasks.cancelAll()
        }
    }

    /// Ends when the socket is closed; a client has nothing to say.
    private func listen(_ socket: WebSocket) async {
        for await event in socket.events {
            switch event {
            case .closed: return
            case .text:
                socket.close(code: 1008, reason: "messages are not taken; reconnect with a filter")
                return
            }
        }
    }

    private func follow(
        _ service: String, _ channel: RPCChannel, _ filter: LogFilter, _ desk: LogDesk,
        _ trace: TraceContext
    ) async {
        var isAway = false
        while !Task.isCancelled && !desk.isClosed {
            let request = TailRequest(
                start: desk.number(of: service).map { .afterSeq($0) } ?? .last(Self.lastLines),
                job: filter.job, repository: filter.repository, level: filter.level, follow: true)
            do {
                let options = CallOptions(timeout: nil, trace: trace.child())
                try await LogsClient(channel).tail(request, options: options) { reader in
                    while let batch = try await reader.next() {
                        if isAway { desk.state(of: service, "back") }
                        isAway = false
                        try await desk.deliver(batch, of: service)
                    }
                }
            } catch {
                if !isAway && !Task.isCancelled { desk.state(of: service, "away") }
                isAway = true
            }
            _ = try? await Task.sleep(for: Self.pause)
        }
    }
}

/// Writes messages to one socket and keeps its cursor.
final class LogDesk: Sendable {
    private let socket: WebSocket
    private let cursor: Mutex<LogCursor>

    init(_ socket: WebSocket, cursor: LogCursor?) {
        self.socket = socket
        self.cursor = Mutex(cursor ?? LogCursor())
    }

    var isClosed: Bool { self.socket.isClosed }

    func number(of service: String) -> Int64? { self.cursor.withLock { $0[service] } }

    func hello(_ services: [String]) {
        self.send { object in
            object.member("type", "hello")
            object.member("cursor", "\(self.cursor.withLock { $0 })")
            object.member("services", list: { list in for name in services { list.value(name) } })
        }
    }

    func state(of service: String, _ state: String) {
        self.send { object in
            object.member("type", "service")
            object.member("service", service)
            object.member("state", state)
        }
    }

    /// Sends the lines of a batch; waits while the reader's buffer is full, so that nothing is
    /// lost: the numbers stay with the service until they are asked for.
    func deliver(_ batch: TailBatch, of service: String) async throws {
        if batch.gapTo > 0 {
            self.send { object in
                object.member("type", "gap")
                object.member("service", service)
                object.member("from", batch.gapFrom)
                object.member("to", batch.gapTo)
            }
        }
        for line in batch.lines {
            let text = self.text(line, service)
            while await !self.socket.hasRoom(text.utf8.count), !self.isClosed {
                await self.socket.room()
            }
            if self.isClosed { throw CancellationError() }
            self.socket.send(text)
        }
        self.cursor.withLock { $0[service] = batch.cursor }
    }

    private func text(_ line: LogLine, _ service: String) -> String {
        let cursor = self.cursor.withLock { cursor in
            cursor[service] = line.seq
            return "\(cursor)"
        }
        return JSONWriter.text { writer in
            writer.object { object in
                object.member("type", "log")
                object.member("cursor", cursor)
                object.logLine(line, service: service)
            }
        }
    }

    private func send(_ body: (inout JSONWriter) -> Void) {
        self.socket.send(JSONWriter.text { $0.object(body) })
    }
}
