import ServiceKit
import TallyAPI

/// Reading days and storing them.
extension ScrapeWorker {
    /// Starts scans while there is room and somebody lacks days. Each source has room of its own:
    /// one that waits for its limits holds up no other.
    func startScans() {
        for (name, source) in sources.sorted(by: { $0.key < $1.key }) {
            while scans.values.count(where: { $0.source == name }) < configuration.fetches {
                let waiting = held.values.filter { $0.scan == nil && $0.source == name }
                guard isGathered(waiting, for: source), startScan(of: waiting, in: source) else {
                    break
                }
            }
        }
    }

    /// Where a scan is dear, those that came just now wait a little for others like them.
    private func isGathered(_ jobs: [Held], for source: any Source) -> Bool {
        let wait = source.scanShape.gathering
        // Those that are being planned may come to the same source.
        let planning = held.values.filter { !$0.isPlanned }
        let claims = (jobs.filter { $0.lastServed == 0 } + planning).map(\.claimedAt)
        guard wait > .zero, let newest = claims.max(), let oldest = claims.min() else {
            return true
        }
        let instant = now()
        return newest + wait <= instant || oldest + wait * Self.gatheringsMax <= instant
    }

    /// A steady trickle of new jobs does not keep the first of them waiting for ever.
    private static let gatheringsMax = 12

    private func startScan(of waiting: [Held], in source: any Source) -> Bool {
        let candidates = waiting.map { job in
            ScanPlanner.Candidate(
                jobId: job.claim.job.id, pending: job.pending, lastServed: job.lastServed)
        }
        guard let scan = ScanPlanner.next(candidates, source.scanShape) else { return false }
        serial += 1
        let number = serial
        for id in scan.days.keys {
            held[id]?.scan = number
            held[id]?.lastServed = number
        }
        let targets = scan.days.sorted { $0.key < $1.key }.compactMap { id, days in
            held[id].map { job in
                ScanTarget(
                    repositoryId: job.claim.job.repositoryId, names: job.names, days: days,
                    resumeKey: id)
            }
        }
        let meter = ScanMeter()
        let task = Task { await self.read(targets, scan: number, meter: meter, from: source) }
        scans[number] = Running(
            task: task, meter: meter, jobs: Set(scan.days.keys), days: scan.union,
            source: source.name)
        return true
    }

    private func read(
        _ targets: [ScanTarget], scan: UInt64, meter: ScanMeter, from source: any Source
    ) async {
        do {
            try await source.scan(targets, progress: { meter.report($0) }) { day in
                try await self.take(day, of: scan, meter: meter)
            }
            await end(scan, meter: meter, failure: nil)
        } catch let failure as JobFailure {
            await end(scan, meter: meter, failure: failure)
        } catch is CancellationError {
            await end(scan, meter: meter, failure: nil)
        } catch {
            logger.error("a scan failed", ["error": "\(error)"])
            let failure = JobFailure(
                code: "internal", message: "the scan failed for an unknown cause", canPass: true)
            await end(scan, meter: meter, failure: failure)
        }
    }

    /// Stores a day for every job of the scan that wants it.
    private func take(_ day: ScannedDay, of scan: UInt64, meter: ScanMeter) async throws {
        try Task.checkCancellation()
        for id in scans[scan]?.jobs.sorted() ?? [] {
            guard let job = held[id], job.scan == scan, job.pending.first == day.day else {
                continue
            }
            await store(day, for: id, job, meter: meter)
        }
        if scans[scan]?.jobs.isEmpty != false { throw CancellationError() }
    }

    private func store(
        _ scanned: ScannedDay, for id: String, _ job: Held, meter: ScanMeter
    ) async {
        let repositoryId = job.claim.job.repositoryId
        let found = scanned.repositories.first { $0.repositoryId == repositoryId }
        let content = found ?? RepositoryDay(repositoryId: repositoryId)
        let day = DayStore.Day(scanned, content, of: job.claim.job, source: job.source)
        var progress = metered(job, meter.current)
        let contributors = job.contributors.union(content.people.keys)
        progress.daysDone += 1
        progress.events += content.events
        progress.contributors = max(progress.contributors, UInt32(clamping: contributors.count))
        do {
            _ = try await retrying(until: job.leaseEnds) { [store, progress] in
                try await store.store(day, for: job.claim, progress: progress)
            }
            guard held[id]?.claim.attempt == job.claim.attempt else { return }
            count(day)
            held[id]?.dayStored()
            held[id]?.progress.daysDone = progress.daysDone
            held[id]?.progress.events = progress.events
            held[id]?.progress.contributors = progress.contributors
            held[id]?.contributors = contributors
        } catch let error as IngestError where error.code == .corrupt {
            await giveUp(job.claim, Self.damaged(error))
            scans[job.scan ?? 0]?.jobs.remove(id)
        } catch {
            drop(id, because: "a day could not be stored: \(error)")
        }
    }

    private func count(_ day: DayStore.Day) {
        metrics.count(
            "ingest_days_fetched_total", help: "Days stored, by the source they came from.",
            labels: [("source", day.source)])
        for reason in day.coverage.reasons {
            metrics.count(
                "ingest_gaps_total", help: "Days stored that lack something, by the reason.",
                labels: [("reason", reason.rawValue)])
        }
    }

    private static func damaged(_ error: IngestError) -> JobFailure {
        JobFailure(
            code: "stored_data_damaged",
            message: "what is stored of the repository contradicts itself: \(error.message)",
            canPass: false)
    }

    /// The job's progress with what the running scan has read so far.
    func metered(_ job: Held, _ scan: ScanProgress) -> JobProgress {
        var progress = job.progress
        progress.bytes += scan.bytes
        let hours = progress.hoursDone + UInt32(clamping: scan.hoursDone)
        progress.hoursDone = min(hours, progress.hoursTotal)
        progress.requests += scan.requests
        progress.requestsExpected = max(
            progress.requestsExpected, scan.requestsExpected, progress.requests)
        return progress
    }

    /// Stores how far the scans are, for whoever watches.
    func saveProgress() async {
        for scan in scans.values {
            let current = scan.meter.current
            let waits = scan.meter.newWait(current)
            guard scan.meter.isNews(current) else { continue }
            for id in scan.jobs {
                guard let job = held[id] else { continue }
                if let waits { await tellWait(waits, of: job, source: scan.source) }
                do { try await store.save(metered(job, current), of: job.claim) } catch {
                    logger.debug("progress was not stored", ["job": id, "error": "\(error)"])
                }
            }
        }
    }

    /// The job's log says how long a limit holds it up.
    private func tellWait(_ until: Timestamp, of job: Held, source: String) async {
        do { try await store.tell(.waits(until: until, source: source), of: job.claim) } catch {
            logger.debug(
                "a wait was not told", ["job": job.claim.job.id, "error": "\(error)"])
        }
    }

    private func end(_ number: UInt64, meter: ScanMeter, failure: JobFailure?) async {
        let scan = scans.removeValue(forKey: number)
        for id in scan?.jobs.sorted() ?? [] {
            guard let job = held[id], job.scan == number else { continue }
            held[id]?.scan = nil
            held[id]?.progress = metered(job, meter.current)
            if let failure {
                await giveUp(job.claim, failure)
            } else if job.plan.legs.isEmpty {
                await goOn(id)
            } else if job.source == scan?.source, let day = job.pending.first,
                scan?.days.contains(day) == true, !stopping
            {
                await giveUp(job.claim, Self.incomplete)
            }
        }
        metrics.count(
            "ingest_scanned_bytes_total", help: "Bytes that scans read or were billed.",
            labels: [("source", scan?.source ?? "")], by: Double(meter.current.bytes))
        do { try await store.countBytes(meter.current.bytes) } catch {
            logger.debug("bytes were not counted", ["error": "\(error)"])
        }
        wake()
    }

    private static let incomplete = JobFailure(
        code: "source_incomplete", message: "the source ended before all days were read",
        canPass: true)

    /// Tries again while the database is away and the lease lasts.
    func retrying<T: Sendable>(
        until end: ContinuousClock.Instant, _ body: @Sendable () async throws -> T
    ) async throws -> T {
        var wait: Duration = .milliseconds(200)
        while true {
            do { return try await body() } catch let error as IngestError {
                guard error.code.canPass, now() + wait < end else { throw error }
                try await Task.sleep(for: wait)
                wait = min(wait * 2, .seconds(5))
            }
        }
    }
}
