import ServiceKit
import TallyAPI

/// Jobs and repositories in JSON.
extension JSONWriter {
    mutating func job(_ job: Job) {
        self.object { object in
            object.member("id", job.id)
            object.member("repository", job.repository)
            object.member("repository_id", job.repositoryId)
            object.member("source", job.source.isEmpty ? nil : job.source)
            object.day("since", job.sinceDay)
            object.day("until", job.untilDay)
            object.member("status", Self.name(job.status))
            object.member("phase", Self.name(job.phase))
            object.member("attempt", job.attempt)
            object.progress(job.progress ?? JobProgress())
            object.member(
                "plan", list: { list in for line in job.plan { list.value(line) } })
            if job.errorCode.isEmpty {
                object.member("error", json: "null")
            } else {
                object.object("error") { error in
                    error.member("code", job.errorCode)
                    error.member("text", job.errorText)
                }
            }
            object.time("created_at", job.createdAtUs)
            object.time("started_at", job.startedAtUs)
            object.time("finished_at", job.finishedAtUs)
        }
    }

    private mutating func progress(_ progress: JobProgress) {
        self.object("progress") { object in
            object.member("days_total", progress.daysTotal)
            object.member("days_done", progress.daysDone)
            object.member("hours_total", progress.hoursTotal)
            object.member("hours_done", progress.hoursDone)
            object.member("bytes", progress.bytes)
            object.member("events", progress.events)
            object.member("contributors", progress.contributors)
            object.member("requests", progress.requests)
            object.member(
                "requests_expected",
                progress.requestsExpected == 0 ? nil : progress.requestsExpected)
        }
    }

    static func name(_ status: JobStatus) -> String {
        switch status {
        case .queued: "queued"
        case .running: "running"
        case .completed: "completed"
        case .failed: "failed"
        case .cancelled: "cancelled"
        case _: "unknown"
        }
    }

    private static func name(_ phase: JobPhase) -> String? {
        switch phase {
        case .planning: "planning"
        case .fetching: "fetching"
        case .scoring: "scoring"
        case .publishing: "publishing"
        case _: nil
        }
    }

    mutating func repository(_ repository: Repository) {
        let parts = repository.name.split(separator: "/", maxSplits: 1).map(String.init)
        self.object { object in
            object.member("id", repository.id)
            object.member("full_name", repository.name)
            object.member("owner", parts.first)
            object.member("name", parts.last)
            object.member(
                "former_names",
                list: { list in
                    for former in repository.formerNames {
                        list.object { entry in
                            entry.member("full_name", former.name)
                            entry.time("until", former.untilUs)
                        }
                    }
                })
            object.time("added_at", repository.addedAtUs)
            object.member("demonstration", repository.demonstration)
            let coverage = repository.coverage ?? CoverageSummary()
            object.coverage(
                "coverage", coverage.status, coverage.percent, coverage.reasons,
                since: coverage.sinceDay, until: coverage.untilDay)
            if let job = repository.lastJob {
                object.member("last_job", json: Self.text { $0.job(job) })
            } else {
                object.member("last_job", json: "null")
            }
        }
    }

    /// The JSON text that `body` writes.
    static func text(_ body: (inout JSONWriter) -> Void) -> String {
        var writer = JSONWriter()
        body(&writer)
        return writer.text
    }
}
