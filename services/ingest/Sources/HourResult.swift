import Archive
import GitHubData

/// What one hour file held: all of it, or nothing.
struct HourResult: Sendable {
    enum State: Hashable, Sendable {
        case whole
        /// There is no such file.
        case missing
        /// It could not be read to its end: nothing of it counts.
        case damaged
    }

    var hour: ArchiveHour
    var state: State
    var events = HourEvents()
    var bytes: UInt64 = 0
    var linesSkipped: UInt64 = 0

    /// Reads a file.
    /// - Throws: `JobFailure` when the file is there and cannot be had, `CancellationError`.
    static func reading(
        _ hour: ArchiveHour, _ wanted: HourScan.Wanted, from files: any HourFiles
    ) async throws -> HourResult {
        for _ in 0..<restartsMax {
            do { return try await once(hour, wanted, from: files) } catch is HourWeb.Changed {
                // Another version of the file: what was read of the first is forgotten.
            }
        }
        throw JobFailure(
            code: "archive_unstable", message: "\(hour.fileName) changes while it is read",
            canPass: true)
    }

    private static let restartsMax = 3

    private static func once(
        _ hour: ArchiveHour, _ wanted: HourScan.Wanted, from files: any HourFiles
    ) async throws -> HourResult {
        guard let scan = HourScan(wanted) else {
            throw JobFailure(code: "no_memory", message: "there is no memory", canPass: true)
        }
        do {
            guard let bytes = try await files.read(hour, { try scan.read($0) }) else {
                return HourResult(hour: hour, state: .missing)
            }
            try scan.finish()
            return HourResult(
                hour: hour, state: .whole, events: scan.found, bytes: bytes,
                linesSkipped: scan.linesSkipped)
        } catch is GzipReader.Fault {
            return HourResult(hour: hour, state: .damaged)
        }
    }
}
