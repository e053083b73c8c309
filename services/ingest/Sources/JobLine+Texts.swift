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

    static func planned(_ plan: ScrapePlan, of asked: Int) -> [JobLine] {
        guard !plan.legs.isEmpty else {
            return [
                JobLine(
                    level: .info, message: "nothing to read: all \(asked) days are covered")
            ]
        }
        let legs = plan.legs.map { leg in
            JobLine(
                level: .info,
                message: "reading \(leg.days.count) of \(asked) days from \(leg.source): "
                    + leg.words,
                fields: ["source": leg.source, "reason": leg.reason.rawValue])
        }
        return legs + plan.notes.map { JobLine(level: .warning, message: $0) }
    }

    static func waits(until: Timestamp, source: String) -> JobLine {
        JobLine(
            level: .info, message: "\(source) is at its limit: goes on by itself at \(until)",
            fields: ["until": "\(until)"])
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
