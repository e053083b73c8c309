import ServiceKit
import TallyAPI

/// What the durable log says about jobs.
extension JobLine {
    static func queued(_ job: JobRecord) -> JobLine {
        JobLine(
            level: .info, message: "scrape of \(job.since)…\(job.until) queued",
            fields: ["source": job.source])
    }

    static func cancelled(_ job: JobRecord) -> JobLine {
        JobLine(level: .warning, message: "cancelled; the days read so far stay")
    }

    static func retried(_ job: JobRecord) -> JobLine {
        JobLine(level: .info, message: "queued again; goes on where it stopped")
    }

    static func planned(
        days: Int, of asked: Int, source: String, _ plan: ScrapePlan? = nil
    ) -> JobLine {
        let cost = Int64(clamping: plan?.microUsd ?? 0)
        let price = cost > 0 ? ", about \(BigQueryPrice.text(cost)) by itself" : ""
        return JobLine(
            level: .info,
            message: days == 0
                ? "nothing to read: all \(asked) days are covered"
                : "reading \(days) of \(asked) days from the \(source)\(price)")
    }

    static func day(
        _ day: CivilDay, events: UInt64, contributors: Int, coverage: DayCoverage
    ) -> JobLine {
        let gap = coverage.missing.count + coverage.damaged.count + coverage.pending.count
        let words = gap == 0 ? "" : ", \(gap) hours missing"
        return JobLine(
            level: .info,
            message: "\(day): \(events) events by \(contributors) contributors\(words)",
            fields: [
                "day": "\(day)",
                "reasons": coverage.reasons.map(\.rawValue).joined(separator: ","),
            ])
    }

    static func fetched(_ job: JobRecord) -> JobLine {
        JobLine(
            level: .info,
            message: job.machine.state == .completed
                ? "completed: nothing changed on the boards"
                : "all days are stored; waiting for scores and boards",
            fields: ["days": "\(job.progress.daysDone)", "events": "\(job.progress.events)"])
    }

    static func moved(_ job: JobRecord) -> JobLine {
        JobLine(
            level: .info,
            message: job.machine.state == .completed
                ? "completed: the boards show it" : "scored; waiting for the boards")
    }

    static func failed(_ job: JobRecord, _ failure: JobFailure) -> JobLine {
        let ended = job.machine.state.hasEnded
        return JobLine(
            level: ended ? .error : .warning,
            message: ended
                ? "failed: \(failure.message)"
                : "\(failure.message); tried again in \(job.machine.runAfter) s",
            fields: ["code": failure.code])
    }

    static func removed() -> JobLine {
        JobLine(level: .warning, message: "cancelled: the repository was removed")
    }

    static func released() -> JobLine {
        JobLine(level: .info, message: "handed back to the queue: the service stops")
    }
}
