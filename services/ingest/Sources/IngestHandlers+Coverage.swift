import RPC
import RPCCore
import ServiceKit
import TallyAPI

/// How complete the days of a repository are.
extension IngestHandlers {
    /// Days of one answer: three years, at ten counters a day.
    static let coverageDaysMax: Int32 = 1100

    func getCoverage(
        _ request: GetCoverageRequest, context: CallContext
    ) async throws -> GetCoverageResponse {
        try await answering {
            let repository = try await tracked(request.owner, request.name)
            let range = try Self.range(request, repository, today: clock.now().day)
            var response = CoverageView(
                try await store.coverageDays(of: repository.id, range)
            ).message(range)
            response.repository = repository.name
            response.summary = repository.coverage
            return response
        }
    }

    /// What is not given is what was asked for so far, the last 730 days of it.
    private static func range(
        _ request: GetCoverageRequest, _ repository: RepositoryRecord, today: CivilDay
    ) throws(RPCError) -> ClosedRange<CivilDay> {
        let asked = repository.coverage
        let until =
            request.untilDay == 0
            ? (asked.untilDay == 0 ? today.rawValue : asked.untilDay) : request.untilDay
        let earliest = until - RequestRules.defaultDays + 1
        let since = request.sinceDay == 0 ? max(asked.sinceDay, earliest) : request.sinceDay
        let days = try RequestRules.days(
            since: request.sinceDay == 0 ? min(since, until) : since, until: until, today: today)
        guard days.upperBound.rawValue - days.lowerBound.rawValue < coverageDaysMax else {
            throw RequestRules.invalid("since_day", "at most \(coverageDaysMax) days at once")
        }
        return days
    }
}

extension IngestStore {
    /// What is known of the days of a range.
    func coverageDays(
        of repositoryId: Int64, _ range: ClosedRange<CivilDay>
    ) async throws -> [CoverageView.Day] {
        try await read { try CoverageViewStore.days(of: repositoryId, range, in: $0) }
    }
}
