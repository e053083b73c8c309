import HTTPServer
import RPC
import RPCCore
import ServiceKit
import TallyAPI

/// Relays the services' log lines to WebSockets (http.md section 4).
///
/// One stream from each service feeds a ring that all sockets read; the past is read from the
/// services. Whoever comes back with the last cursor gets every line once, in order per service.
struct LogRelay: Sendable {
    let upstreams: Upstreams
    private let ring = LogRing()

    init(upstreams: Upstreams) { self.upstreams = upstreams }

    /// What follows the services; each ends when its task is cancelled.
    var sources: [LogSource] {
        self.upstreams.channels.map { name, channel in
            LogSource(service: name, channel: channel, ring: self.ring)
        }
    }

    /// Serves one socket until it is closed.
    ///
    /// - Parameter trace: of the request that opened it.
    func serve(_ socket: WebSocket, _ filter: LogFilter, _ trace: TraceContext) async {
        let reader = LogReader(socket, filter, trace, self.ring, self.upstreams)
        await withTaskGroup(of: Void.self) { tasks in
            tasks.addTask { await self.listen(socket, reader) }
            tasks.addTask { await reader.run() }
            await tasks.next()
            tasks.cancelAll()
        }
    }

    /// Ends when the socket is closed; a client has nothing to say but another filter.
    private func listen(_ socket: WebSocket, _ reader: LogReader) async {
        for await event in socket.events {
            switch event {
            case .closed: return
            case .text(let text):
                do throws(Problem) {
                    reader.choose(try LogFilter(message: text))
                } catch {
                    // At most 123 bytes fit a close frame.
                    return socket.close(code: 1008, reason: String(error.detail.prefix(120)))
                }
            }
        }
    }
}
