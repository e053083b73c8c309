import ServiceKit
import TallyAPI

/// Jobs as an operator reads them.
enum JobText {
    static let header = ["id", "repository", "since", "until", "status", "days", "events"]

    static func row(_ job: Job) -> [String] {
        let progress = job.progress ?? JobProgress()
        return [
            job.id, job.repository, day(job.sinceDay), day(job.untilDay), state(job),
            "\(progress.daysDone)/\(progress.daysTotal)", "\(progress.events)",
        ]
    }

    static func day(_ number: Int32) -> String {
        number == 0 ? "-" : "\(CivilDay(rawValue: number))"
    }

    /// Status, or phase while it runs.
    static func state(_ job: Job) -> String {
        job.status == .running ? name(job.phase) : name(job.status)
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

    static func name(_ phase: JobPhase) -> String {
        switch phase {
        case .planning: "planning"
        case .fetching: "fetching"
        case .scoring: "scoring"
        case .publishing: "publishing"
        case _: "running"
        }
    }

    static func line(_ job: Job) -> String {
        var text =
            "\(job.id) \(job.repository) \(day(job.sinceDay))…\(day(job.untilDay)) \(state(job))"
        text += amounts(job)
        if !job.errorText.isEmpty { text += " · \(job.errorText)" }
        return Logger.visible(text)
    }

    /// Short enough for one line of a terminal, which is written again and again.
    static func progress(_ job: Job) -> String {
        Logger.visible("  \(job.repository) \(state(job))" + amounts(job))
    }

    private static func amounts(_ job: Job) -> String {
        let progress = job.progress ?? JobProgress()
        guard progress.daysTotal > 0 else { return "" }
        var text = " · \(progress.daysDone)/\(progress.daysTotal) days"
        if progress.bytes >= 1_000_000 { text += " · \(progress.bytes / 1_000_000) MB" }
        return text + " · \(progress.events) events"
    }

    static func json(_ job: Job) -> String {
        let progress = job.progress ?? JobProgress()
        var writer = JSONWriter()
        writer.object { object in
            object.member("id", job.id)
            object.member("repository", job.repository)
            object.member("repository_id", job.repositoryId)
            object.member("since", day(job.sinceDay))
            object.member("until", day(job.untilDay))
            object.member("status", name(job.status))
            object.member("phase", job.status == .running ? name(job.phase) : "")
            object.member("days_total", Int64(progress.daysTotal))
            object.member("days_done", Int64(progress.daysDone))
            object.member("events", Int64(clamping: progress.events))
            object.member("error_code", job.errorCode)
            object.member("error_text", job.errorText)
        }
        return writer.text
    }
}
