import HTTPServer
import RPC
import RPCCore
import ServiceKit
import Synchronization
import TallyAPI

/// One socket of the log relay: what it missed is asked of the services, then it goes on in the
/// ring; a hole that shows up later is asked for in the same way.
///
/// Only its own task changes `cursor`; the filter may be changed by a message of the client.
final class LogReader: Sendable {
    /// Lines of the past for a reader without a cursor.
    private static let lastLines: UInt32 = 50
    /// Entries taken from the ring at once.
    private static let batch = 256
    /// How often a service is asked for a hole, and the pause between.
    private static let triesMax = 5
    private static let pause = Duration.seconds(1)
    /// Without news a reader looks again after so long, whether its socket is closed.
    private static let patience = Duration.seconds(5)

    private let socket: WebSocket
    private let trace: TraceContext
    private let upstreams: Upstreams
    private let ring: LogRing
    private let state: Mutex<State>

    private struct State {
        var filter: LogFilter
        var cursor: LogCursor
    }

    init(
        _ socket: WebSocket, _ filter: LogFilter, _ trace: TraceContext, _ ring: LogRing,
        _ upstreams: Upstreams
    ) {
        self.socket = socket
        self.trace = trace
        self.ring = ring
        self.upstreams = upstreams
        self.state = Mutex(State(filter: filter, cursor: filter.cursor ?? LogCursor()))
    }

    private var filter: LogFilter { self.state.withLock { $0.filter } }
    private var cursor: LogCursor { self.state.withLock { $0.cursor } }

    /// From now on other lines are wanted; those of before are not sent again.
    func choose(_ filter: LogFilter) { self.state.withLock { $0.filter = filter } }

    /// Sends until the socket is closed or the task is cancelled.
    func run() async {
        var place = self.ring.position
        self.socket.send(LogMessages.hello(self.cursor, self.filter.services))
        for service in LogFilter.services {
            if place.away.contains(service), self.filter.services.contains(service) {
                self.socket.send(LogMessages.state(service, isAway: true))
            } else {
                await self.replay(service)
            }
        }
        while !self.socket.isClosed && !Task.isCancelled {
            let seen = self.ring.count
            let reading = self.ring.read(from: place.index, limit: Self.batch)
            if let lost = reading.lostUpTo { await self.tell(ofLost: lost) }
            for entry in reading.entries { await self.deliver(entry) }
            place.index = reading.next
            if reading.entries.isEmpty {
                await self.ring.wait(beyond: seen, upTo: Self.patience)
            }
        }
    }

    // MARK: Live

    private func deliver(_ entry: LogEntry) async {
        guard let numbers = entry.numbers else {
            if self.filter.services.contains(entry.service) { await self.send(entry.text) }
            return
        }
        let stands = self.cursor[entry.service] ?? numbers.lowerBound - 1
        guard numbers.upperBound > stands else { return }
        // Lines that came here before this reader, or while their service was away.
        if numbers.lowerBound > stands + 1 {
            await self.fill(entry.service, upTo: numbers.lowerBound - 1)
        }
        let (cursor, filter) = self.state.withLock { state in
            state.cursor[entry.service] = numbers.upperBound
            return (state.cursor, state.filter)
        }
        guard filter.wants(entry) else { return }
        // A reader that lacks lines of another service has a cursor of its own.
        guard cursor != entry.cursor, let line = entry.line else {
            return await self.send(entry.text)
        }
        await self.send(LogMessages.line(line, entry.service, cursor))
    }

    /// Asks for a hole in front of a line that has come; what cannot be had is named.
    private func fill(_ service: String, upTo last: Int64) async {
        for attempt in 1...Self.triesMax {
            await self.replay(service, upTo: last)
            let stands = self.cursor[service] ?? last
            if stands >= last || !self.filter.services.contains(service) { return }
            guard attempt < Self.triesMax, !self.socket.isClosed, !Task.isCancelled else {
                return await self.send(LogMessages.gap(service, stands + 1...last))
            }
            _ = try? await Task.sleep(for: Self.pause)
        }
    }

    /// The reader was slower than the ring is long: what is gone is named, never left out silently.
    private func tell(ofLost lost: LogCursor) async {
        for service in LogFilter.services {
            guard let last = lost[service], let stands = self.cursor[service], stands < last
            else { continue }
            self.state.withLock { $0.cursor[service] = last }
            if self.filter.services.contains(service) {
                await self.send(LogMessages.gap(service, stands + 1...last))
            }
        }
    }

    // MARK: Replay

    /// Lines of the past from the service itself: those behind the cursor, or the last few.
    private func replay(_ service: String, upTo limit: Int64 = .max) async {
        let filter = self.filter
        let channel = self.upstreams.channels.first { $0.name == service }?.channel
        guard let channel, filter.services.contains(service) else { return }
        let stands = self.cursor[service]
        let request = TailRequest(
            start: stands.map { .afterSeq($0) } ?? .last(Self.lastLines), job: filter.job,
            repository: filter.repository, level: filter.level)
        do {
            try await LogsClient(channel).tail(
                request, options: CallOptions(timeout: Upstreams.timeout, trace: self.trace.child())
            ) { reader in
                while let batch = try await reader.next() {
                    await self.take(batch, service, upTo: limit)
                }
            }
        } catch {
            // Away: the hole is seen again when its next line comes, and asked for then.
            return
        }
    }

    private func take(_ batch: TailBatch, _ service: String, upTo limit: Int64) async {
        if batch.gapTo >= batch.gapFrom, batch.gapTo > 0 {
            await self.send(LogMessages.gap(service, batch.gapFrom...batch.gapTo))
        }
        for line in batch.lines where line.seq <= limit {
            let cursor = self.state.withLock { state in
                state.cursor[service] = line.seq
                return state.cursor
            }
            await self.send(LogMessages.line(line, service, cursor))
        }
        self.state.withLock { $0.cursor[service] = min(batch.cursor, limit) }
    }

    /// Waits for room, so that nothing that was taken from a service is lost here.
    private func send(_ text: String) async {
        while await !self.socket.hasRoom(text.utf8.count), !self.socket.isClosed {
            await self.socket.room()
        }
        self.socket.send(text)
    }
}
