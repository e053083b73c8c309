import GitHubData
import Glibc
import Ingest
import TallyAPI

/// Counts hour files with the modules of the ingest service, on one thread.
struct HourCount {
    /// As `HourFolder` reads them.
    private static let pieceBytes = 256 << 10

    private let path: String
    private let rounds: Int
    private let wanted: Set<Int64>

    /// `FILE ROUNDS`, and the repositories' numbers on standard input, one a line.
    init?(_ arguments: [String]) {
        guard arguments.count == 2, let rounds = Int(arguments[1]) else { return nil }
        var wanted: Set<Int64> = []
        while let line = readLine() {
            guard let id = Int64(line) else { return nil }
            wanted.insert(id)
        }
        (self.path, self.rounds, self.wanted) = (arguments[0], rounds, wanted)
    }

    /// Says a line of JSON for each round.
    func run() throws {
        for _ in 0..<self.rounds {
            let (start, cpu) = (seconds(on: CLOCK_MONOTONIC), seconds(on: Self.cpu))
            let counter = try self.count()
            let (end, used) = (seconds(on: CLOCK_MONOTONIC), seconds(on: Self.cpu) - cpu)
            print(
                "{\"seconds\": \(end - start), \"cpu\": \(used), "
                    + "\"counts\": \(Self.sums(counter.repositories))}")
        }
    }

    private func count() throws -> DayCounter {
        guard let scan = HourScan(.init(ids: self.wanted, names: [])) else { throw Unreadable() }
        try self.pieces { try scan.read($0) }
        try scan.finish()
        var counter = DayCounter()
        // As `ArchiveScan` does.
        scan.found.forEach { counter.count($0, in: $0.repositoryID) }
        return counter
    }

    private func pieces(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        let file = open(self.path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw Unreadable() }
        defer { close(file) }
        let piece = UnsafeMutableRawBufferPointer.allocate(
            byteCount: Self.pieceBytes, alignment: 64)
        defer { piece.deallocate() }
        while true {
            let count = Glibc.read(file, piece.baseAddress, piece.count)
            guard count > 0 else { return }
            try body(UnsafeRawBufferPointer(rebasing: piece[..<count]))
        }
    }

    private static let cpu = CLOCK_PROCESS_CPUTIME_ID

    /// The same sums as floor/archive.cc.
    private static func sums(_ days: [RepositoryDay]) -> [UInt64] {
        var (sums, pairs, check) = ([UInt64](repeating: 0, count: 6), UInt64(0), UInt64(0))
        for day in days {
            for (id, counters) in day.counters {
                pairs += 1
                var weighed: UInt64 = 0
                for (index, count) in Self.values(counters).enumerated() {
                    sums[index] += count
                    weighed += count * UInt64(index + 1)
                }
                check += weighed * UInt64((day.repositoryId * 31 + id) % 1_000_003)
            }
        }
        return [days.reduce(0) { $0 + $1.events }, pairs] + sums + [
            days.reduce(0) { $0 + $1.unsizedPushes },
            UInt64(days.reduce(0) { $0 + $1.merges.count }),
            days.reduce(0) { $0 + $1.reviews.reduce(0) { $0 + $1.count } }, check,
        ]
    }

    private static func values(_ counters: Counters) -> [UInt64] {
        [
            counters.commits, counters.prsOpened, counters.issuesOpened, counters.issuesClosed,
            counters.comments, counters.releases,
        ]
    }
}

/// The file cannot be read.
struct Unreadable: Error {}
