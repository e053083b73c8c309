import ServiceKit
package import TallyAPI

/// Where activity comes from: GH Archive, GitHub's API, BigQuery.
///
/// A source reads and counts; it stores nothing and knows no job. Calls end within a second after
/// their task is cancelled.
protocol Source: Sendable {
    /// The stable name: "archive".
    var name: String { get }
    /// What it holds was invented to show how Tally works.
    var isDemonstration: Bool { get }
    /// How much it reads at once, and for how many.
    var scanShape: ScanShape { get }
    /// What speaks for it and against it.
    var kind: SourceKind { get }

    /// Looks a repository up by its name, any letter case; the newest event of the range wins.
    /// - Returns: nil when no event of the range names it.
    /// - Throws: `JobFailure` when the source cannot be read.
    func find(name: String, since: CivilDay, until: CivilDay) async throws -> FoundRepository?

    /// Reads a range once for all targets and hands over every day that one of them asks for, in
    /// order, waiting for each to be taken.
    /// - Parameters:
    ///   - progress: called after each hour from any thread; its numbers never fall.
    ///   - deliver: what it throws ends the scan and is thrown on.
    /// - Throws: `JobFailure` when the source cannot be read, `CancellationError`.
    func scan(
        _ targets: [ScanTarget], progress: @escaping @Sendable (ScanProgress) -> Void,
        deliver: @escaping @Sendable (ScannedDay) async throws -> Void
    ) async throws

    /// Something that is different when the hours of a day are; nil when that cannot be told
    /// without reading them.
    func fingerprint(of day: CivilDay) async -> [UInt8]?

    /// What it would take to read a target's days: for the plan, before anything is started.
    func offer(for target: ScanTarget) async throws -> SourceOffer
}

/// What speaks for a source and against it.
enum SourceKind: Hashable, Sendable {
    /// Hour files on this machine.
    case folder
    /// Hour files to be downloaded: each holds all of GitHub.
    case web
    /// Scans of all of GitHub, paid by the byte.
    case warehouse
    /// The numbers themselves, a limited number of requests an hour.
    case api
}

/// How a source likes to be read.
struct ScanShape: Hashable, Sendable {
    /// Days of one scan at most.
    var daysAtOnce: Int32 = 14
    /// How long a job waits for others that lack the same days, where a scan is dear.
    var gathering: Duration = .zero
    /// One scan serves all repositories that lack the same days.
    var isShared = true
}

/// What a source says before it is asked to read.
struct SourceOffer: Hashable, Sendable {
    /// Bytes read: those of files, or those that are billed.
    var bytes: UInt64 = 0
    /// What is paid, in millionths of a dollar.
    var microUSD: Int64 = 0
    /// Hours that the source is known not to have.
    var hoursMissing = 0
    /// Requests that it would take; nil = its reading is not limited by requests.
    var requests: Int?
    /// Requests that are left of the hour, as far as known.
    var requestsLeft: Int?
    /// Why it cannot serve at all, in words.
    var refusal: String?
}

extension Source {
    var scanShape: ScanShape { ScanShape() }
    func offer(for target: ScanTarget) async throws -> SourceOffer { SourceOffer() }

    func fingerprint(of day: CivilDay) async -> [UInt8]? { nil }
}

/// A repository whose days are wanted.
struct ScanTarget: Hashable, Sendable {
    var repositoryId: Int64
    /// All its known names, for events that carry no id.
    var names: [String]
    /// The days wanted, ascending, each once.
    var days: [CivilDay]
    /// Names the work: a scan that a kill ended is gone on with by the same key.
    var resumeKey = ""
}

/// A repository that a source knows.
struct FoundRepository: Hashable, Sendable {
    var id: Int64
    /// As the newest event of it writes it.
    var name: String
    /// The time of that event, microseconds since the epoch.
    var seenUs: Int64
}

/// How far a scan is.
struct ScanProgress: Hashable, Sendable {
    var hoursTotal = 0
    var hoursDone = 0
    /// Compressed bytes read.
    var bytes: UInt64 = 0
    /// Requests answered, of sources that are limited by them.
    var requests: UInt64 = 0
    /// Requests that it may take altogether; 0 = not known.
    var requestsExpected: UInt64 = 0
    /// The source waits for a limit until then.
    var waitsUntil: Timestamp?
}

/// One day as a source read it.
struct ScannedDay: Hashable, Sendable {
    var day: CivilDay
    var hoursExpected = 24
    /// Hours that the source does not have, ascending.
    var hoursMissing: [Int] = []
    /// Hours that could not be read to their end: nothing of them is counted.
    var hoursDamaged: [Int] = []
    /// Hours that are not published yet.
    var hoursPending: [Int] = []
    /// Of the day's hours as they were before they were read; nil = cannot be told.
    var fingerprint: [UInt8]?
    /// Lines or elements that no reader could count.
    var linesSkipped: UInt64 = 0
    /// Counters that the source cannot tell, by name.
    var lacks: Set<String> = []
    /// Targets without events may be left out.
    var repositories: [RepositoryDay] = []
}

/// What happened in one repository on one day; each event once.
package struct RepositoryDay: Hashable, Sendable {
    /// Who somebody is, as the day's last event of them says.
    package struct Person: Hashable, Sendable {
        package var login: String
        package var bot: Bool
    }
    /// A name of the repository, and when events carried it.
    package struct Name: Hashable, Sendable {
        package var name: String
        package var firstUs: Int64
        package var lastUs: Int64
    }
    package struct Opening: Hashable, Sendable {
        package var number: Int64
        package var authorId: Int64
        package var atUs: Int64
    }
    /// Which event told of a merge.
    package enum MergeSignal: Hashable, Sendable {
        /// Action `closed` with `merged` true.
        case closed
        /// Action `merged`.
        case merged
    }
    package struct Merge: Hashable, Sendable {
        package var number: Int64
        package var signal: MergeSignal
        /// As the payload says; 0 = it does not.
        package var authorId: Int64 = 0
        /// nil = the payload does not say.
        package var linesAdded: UInt64?
        package var linesDeleted: UInt64?
        package var atUs: Int64
    }
    package struct Review: Hashable, Sendable {
        package var number: Int64
        package var reviewerId: Int64
        /// Of the pull request, as the payload says; 0 = it does not.
        package var authorId: Int64 = 0
        package var count: UInt64 = 1
    }

    package var repositoryId: Int64
    /// Events counted.
    package var events: UInt64 = 0
    /// Everyone whom the day's events name, authors of merges included.
    package var people: [Int64: Person] = [:]
    /// Without merges, their lines, and reviews: those come as facts below, since whom they count
    /// for may depend on other days.
    package var counters: [Int64: Counters] = [:]
    package var names: [Name] = []
    package var openings: [Opening] = []
    package var merges: [Merge] = []
    package var reviews: [Review] = []
    /// Pushes that do not say how many commits they had.
    package var unsizedPushes: UInt64 = 0
}
