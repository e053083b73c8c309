import Archive
import GitHubData
import ServiceKit
import Sockets
import TallyAPI

/// GH Archive's hour files, read once for all repositories that lack a day.
struct ArchiveSource: Source {
    /// Hours read at a time; each has a thread of its own.
    static let hoursAtOnce = 2
    /// A file appears a few minutes after its hour; after so many hours it is missing.
    static let publishedAfterHours: Int64 = 2

    let name = "archive"
    let isDemonstration: Bool
    private let files: any HourFiles
    private let loops: EventLoopGroup
    private let clock: WallClock

    /// - Throws: `SocketError` without threads.
    init(
        _ files: any HourFiles, isDemonstration: Bool = false, clock: WallClock
    ) throws {
        self.files = files
        self.isDemonstration = isDemonstration
        self.clock = clock
        loops = try EventLoopGroup(threads: Self.hoursAtOnce, name: "archive")
    }

    func find(name: String, since: CivilDay, until: CivilDay) async throws -> FoundRepository? {
        for hour in try files.candidates(since: since, until: until) {
            try Task.checkCancellation()
            let look = Task(executorPreference: loops.next().tasks) { [files] in
                try await Self.look(for: name, in: hour, of: files, since...until)
            }
            let event = try await withTaskCancellationHandler {
                try await look.value
            } onCancel: {
                look.cancel()
            }
            if let event {
                return FoundRepository(
                    id: event.repositoryID, name: event.repositoryName,
                    seenUs: event.time.rawValue)
            }
        }
        return nil
    }

    private static func look(
        for name: String, in hour: ArchiveHour, of files: any HourFiles,
        _ days: ClosedRange<CivilDay>
    ) async throws -> GitHubEvent? {
        guard let search = NameSearch(name) else { return nil }
        do {
            _ = try await files.read(hour) { try search.read($0) }
            search.finish()
        } catch is GzipReader.Fault {
            // What was read before the damage is still true of a name.
        }
        return search.newest
    }

    func fingerprint(of day: CivilDay) async -> [UInt8]? {
        files.fingerprint(of: ArchiveHour.covering([day]))
    }

    var kind: SourceKind { files.kind }

    func offer(for target: ScanTarget) async throws -> SourceOffer {
        files.offer(ArchiveHour.covering(target.days))
    }

    func scan(
        _ targets: [ScanTarget], progress: @escaping @Sendable (ScanProgress) -> Void,
        deliver: @escaping @Sendable (ScannedDay) async throws -> Void
    ) async throws {
        var scan = ArchiveScan(targets, files: files, now: clock.now())
        var next = scan.hours.makeIterator()
        var running: [Task<HourResult, any Error>] = []
        defer { for task in running { task.cancel() } }
        while true {
            while running.count < Self.hoursAtOnce, let hour = next.next() {
                running.append(read(hour, scan.wanted))
            }
            guard !running.isEmpty else { return }
            let task = running.removeFirst()
            let result = try await withTaskCancellationHandler {
                try await task.value
            } onCancel: {
                task.cancel()
            }
            try Task.checkCancellation()
            let finished = scan.take(result)
            progress(scan.progress)
            for day in finished { try await deliver(day) }
        }
    }

    private func read(
        _ hour: ArchiveHour, _ wanted: HourScan.Wanted
    ) -> Task<HourResult, any Error> {
        let files = files
        // Inflating and parsing take a whole thread: not one of those that calls wait on.
        return Task(executorPreference: loops.next().tasks) {
            try await HourResult.reading(hour, wanted, from: files)
        }
    }
}
