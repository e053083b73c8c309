import HTTPCore
import ServiceKit
import TallyAPI

/// How complete the days of a repository are, counter by counter.
struct CoverageRoutes: Sendable {
    let upstreams: Upstreams

    var routes: [Route] {
        [
            Route(
                "GET", "/repositories/{owner}/{name}/coverage",
                "what was read of one and what is missing, per day and counter"
            ) { try await self.show($0) }
        ]
    }

    private func show(_ exchange: Exchange) async throws -> HTTPResponse {
        let path = try exchange.repository()
        var parameters = try Parameters(exchange.request)
        let request = GetCoverageRequest(
            owner: path.owner, name: path.name, sinceDay: try parameters.day("since"),
            untilDay: try parameters.day("until"))
        try parameters.finish()
        let coverage = try await Upstreams.ask("ingest") {
            try await self.upstreams.ingest.getCoverage(request, options: exchange.options)
        }
        var writer = JSONWriter()
        writer.object { object in
            object.member("repository", coverage.repository)
            let summary = coverage.summary ?? CoverageSummary()
            object.coverage(
                "summary", summary.status, summary.percent, summary.reasons,
                since: summary.sinceDay, until: summary.untilDay)
            object.day("since", coverage.sinceDay)
            object.day("until", coverage.untilDay)
            object.member(
                "totals", list: { list in for item in coverage.totals { list.item(item) } })
            object.member("days", list: { list in for day in coverage.days { list.day(day) } })
        }
        return .json(200, writer)
    }
}

extension JSONWriter {
    fileprivate mutating func day(_ day: CoverageDay) {
        self.object { object in
            object.day("day", day.day)
            object.member("complete", day.complete)
            object.percent(day.percentKnown, day.percent)
            object.member(
                "reasons", list: { list in for reason in day.reasons { list.value(reason) } })
            object.member("items", list: { list in for item in day.items { list.item(item) } })
        }
    }

    fileprivate mutating func item(_ item: CoverageItem) {
        self.object { object in
            object.member("item", item.item)
            object.member("source", item.source.isEmpty ? nil : item.source)
            object.member("counted", item.counted)
            object.member("expected", item.expectedKnown ? item.expected : nil)
            object.member("expected_estimated", item.expectedEstimated)
            object.percent(item.percentKnown, item.percent)
            object.member("reason", item.reason.isEmpty ? nil : item.reason)
            object.member(
                "others",
                list: { list in
                    for other in item.others {
                        list.object { entry in
                            entry.member("source", other.source)
                            entry.member("counted", other.counted)
                            entry.percent(other.percentKnown, other.percent)
                        }
                    }
                })
        }
    }

    private mutating func percent(_ isKnown: Bool, _ percent: Double) {
        if isKnown { self.member("percent", percent) } else { self.member("percent", json: "null") }
    }
}
