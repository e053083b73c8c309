import GitHubData
import HTTPClient
import ServiceKit

/// Hour files over HTTP: GH Archive itself, or a copy of it.
struct HourWeb: HourFiles {
    /// The file changed while it was read: everything starts again.
    struct Changed: Error {}

    /// Tries of one file in a row, the first included.
    private static let triesMax = 5
    private static let firstPause: Duration = .seconds(1)
    /// A name is looked for in the hours of so many days: each is a download of up to 150 MB.
    private static let daysLookedThrough = 2
    private static let agent = "tally-ingest"

    private let address: String

    init(_ address: String) throws(JobFailure) {
        if let fault = ArchiveLocation.fault(address) {
            throw JobFailure(code: "archive_location", message: fault, canPass: false)
        }
        self.address = address
    }

    func read(
        _ hour: ArchiveHour, _ body: (UnsafeRawBufferPointer) throws -> Void
    ) async throws -> UInt64? {
        guard let client = HTTPClient() else { throw Self.failure("curl could not be started") }
        var request = HTTPClient.Request(url: address + "/" + hour.fileName)
        var pause = Self.firstPause
        for attempt in 1...Self.triesMax {
            var response = HTTPClient.Response(status: 0)
            var failure: HTTPClient.Failure?
            let resumedAt = request.offset
            do {
                response = try client.get(
                    request, agent: Self.agent, shouldStop: { Task.isCancelled }
                ) { piece in
                    try body(piece)
                    request.offset += Int64(piece.count)
                }
            } catch let error as HTTPClient.Failure {
                (failure, response) = (error, error.response)
            }
            try Task.checkCancellation()
            if resumedAt > 0, response.status == 200 { throw Changed() }
            if failure == nil, response.status == 200 || response.status == 206 {
                return UInt64(request.offset)
            }
            if response.status == 404 || response.status == 410 { return nil }
            request.etag = response.etag ?? request.etag
            let passes = failure?.canPass ?? Self.canPass(response.status)
            guard passes, attempt < Self.triesMax, response.retryAfter ?? .zero < .seconds(60)
            else { throw Self.problem(hour, response, failure) }
            try await Task.sleep(for: max(pause, response.retryAfter ?? .zero))
            pause = pause * 2
        }
        return nil
    }

    private static func canPass(_ status: Int) -> Bool {
        status == 403 || status == 408 || status == 429 || status >= 500
    }

    private static func problem(
        _ hour: ArchiveHour, _ response: HTTPClient.Response, _ failure: HTTPClient.Failure?
    ) -> JobFailure {
        let words = failure?.message ?? "the archive answers \(response.status)"
        return JobFailure(
            code: response.status == 429 ? "rate_limited" : "archive_unreachable",
            message: "\(hour.fileName): \(words)",
            canPass: failure?.canPass ?? canPass(response.status))
    }

    private static func failure(_ words: String) -> JobFailure {
        JobFailure(code: "archive_unreachable", message: words, canPass: true)
    }

    func candidates(since: CivilDay, until: CivilDay) throws -> [ArchiveHour] {
        let days = (since.rawValue...until.rawValue).suffix(Self.daysLookedThrough).map(
            CivilDay.init(rawValue:))
        let hours = ArchiveHour.covering(days).filter { $0.day <= until }
        return Array(hours.reversed())
    }

    var kind: SourceKind { .web }

    /// Bytes of an hour's file, about: they grew until 2025, then GitHub took fields out.
    private static func typicalBytes(_ day: CivilDay) -> UInt64 {
        switch day.components.year {
        case ...2014: 5_000_000
        case ...2017: 20_000_000
        case ...2020: 40_000_000
        case ...2024: 70_000_000
        case 2025: 60_000_000
        case _: 17_000_000
        }
    }

    func offer(_ hours: [ArchiveHour]) -> SourceOffer {
        SourceOffer(
            bytes: hours.reduce(0) { $0 + Self.typicalBytes($1.day) })
    }

    func fingerprint(of hours: [ArchiveHour]) -> [UInt8]? { nil }
}
