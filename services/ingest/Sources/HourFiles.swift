import GitHubData
import ServiceKit

/// Where the bytes of hour files come from.
protocol HourFiles: Sendable {
    /// Reads a file piece by piece.
    /// - Returns: its compressed size; nil when there is no such file.
    /// - Throws: `JobFailure` when it cannot be read now, `CancellationError`, what `body` throws.
    func read(
        _ hour: ArchiveHour, _ body: (UnsafeRawBufferPointer) throws -> Void
    ) async throws -> UInt64?

    /// The hours that may be looked through for a name, newest first.
    func candidates(since: CivilDay, until: CivilDay) throws -> [ArchiveHour]

    /// What reading these hours would take.
    func offer(_ hours: [ArchiveHour]) -> SourceOffer

    /// Where the files are.
    var kind: SourceKind { get }

    /// Differs when the files of these hours do; nil when that cannot be told cheaply.
    func fingerprint(of hours: [ArchiveHour]) -> [UInt8]?
}
