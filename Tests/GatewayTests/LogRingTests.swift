import TallyAPI
import Testing

@testable import Gateway

/// One order for all readers, bounded, and with a word for everything that is no longer there.
@Suite struct LogRingTests {
    private func add(_ numbers: ClosedRange<Int64>, _ service: String, to ring: LogRing) {
        for number in numbers {
            let line = LogLine(seq: number, level: "info", message: "\(number)")
            ring.append(service, upTo: number) { LogEntry(line, service, $0) }
        }
    }

    private func numbers(_ entries: [LogEntry]) -> [String] {
        entries.map { "\($0.service).\($0.numbers?.lowerBound ?? 0)" }
    }

    @Test func `everybody reads the same order from an own place`() {
        let ring = LogRing()
        self.add(1...2, "ingest", to: ring)
        let place = ring.position
        self.add(5...5, "scoring", to: ring)
        self.add(3...3, "ingest", to: ring)
        #expect(
            self.numbers(ring.read(from: 0, limit: 10).entries)
                == ["ingest.1", "ingest.2", "scoring.5", "ingest.3"])
        let reading = ring.read(from: place.index, limit: 1)
        #expect(self.numbers(reading.entries) == ["scoring.5"])
        #expect(self.numbers(ring.read(from: reading.next, limit: 10).entries) == ["ingest.3"])
        #expect("\(place.cursor)" == "ingest.2")
        #expect("\(ring.position.cursor)" == "ingest.3-scoring.5")
    }

    @Test func `a message holds the cursor behind it`() {
        let ring = LogRing()
        self.add(7...7, "ranking", to: ring)
        self.add(1...1, "ingest", to: ring)
        let texts = ring.read(from: 0, limit: 10).entries.map(\.text)
        #expect(texts[0].contains(#""cursor":"ranking.7""#))
        #expect(texts[1].contains(#""cursor":"ingest.1-ranking.7""#))
    }

    @Test func `FLT-37 the oldest entries go, and a reader behind them is told up to where`() {
        let ring = LogRing(entriesMax: 8)
        self.add(1...8, "ingest", to: ring)
        #expect(ring.read(from: 0, limit: 100).lostUpTo == nil)
        self.add(9...9, "ingest", to: ring)
        // Six of eight are kept when the ninth comes.
        let reading = ring.read(from: 0, limit: 100)
        #expect(self.numbers(reading.entries).first == "ingest.4")
        #expect(reading.entries.count == 6)
        #expect(reading.lostUpTo?["ingest"] == 3)
        #expect(ring.read(from: 3, limit: 100).lostUpTo == nil)
    }

    @Test func `bytes are bounded, too`() {
        let ring = LogRing(bytesMax: 100_000)
        for number in 1...100 {
            let line = LogLine(
                seq: Int64(number), level: "info", message: String(repeating: "x", count: 10_000))
            ring.append("ingest", upTo: line.seq) { LogEntry(line, "ingest", $0) }
        }
        let kept = ring.read(from: 0, limit: 1000).entries.map(\.text.utf8.count).reduce(0, +)
        #expect(kept <= 100_000 && kept > 50_000)
    }

    @Test func `a service goes and comes once`() {
        let ring = LogRing()
        for away in [false, true, true, false, false] {
            ring.set("scoring", away: away) { LogEntry(isAway: away, "scoring", $0) }
        }
        let texts = ring.read(from: 0, limit: 10).entries.map(\.text)
        #expect(
            texts == [
                #"{"type":"service","service":"scoring","state":"away"}"#,
                #"{"type":"service","service":"scoring","state":"back"}"#,
            ])
        #expect(ring.position.away.isEmpty)
    }

    @Test(arguments: [
        (#"{"type":"filter"}"#, true, true),
        (#"{"type":"filter","service":"ingest"}"#, true, false),
        (#"{"type":"filter","level":"warning"}"#, false, true),
        (#"{"type":"filter","job":"j1"}"#, true, false),
        (#"{"type":"filter","repository":"tide/harbor"}"#, true, false),
    ])
    func `a filter by message chooses lines`(text: String, first: Bool, second: Bool) throws {
        let filter = try LogFilter(message: text)
        let ring = LogRing()
        let one = LogLine(
            seq: 1, level: "info", message: "a", job: "j1", repository: "tide/harbor")
        let two = LogLine(seq: 1, level: "error", message: "b")
        ring.append("ingest", upTo: 1) { LogEntry(one, "ingest", $0) }
        ring.append("ranking", upTo: 1) { LogEntry(two, "ranking", $0) }
        let entries = ring.read(from: 0, limit: 10).entries
        #expect(entries.map { filter.wants($0) } == [first, second])
    }

    @Test(arguments: [
        "hello", "[]", #"{"type":"dance"}"#, #"{"type":"filter","colour":1}"#,
        #"{"type":"filter","service":"gateway"}"#, #"{"type":"filter","level":"loud"}"#,
        #"{"type":"filter","job":7}"#, #"{"type":"filter","repository":"a/b/c"}"#,
    ])
    func `BAD-09 any other message is refused`(text: String) {
        #expect(throws: Problem.self) { try LogFilter(message: text) }
    }
}
