import ServiceKit
import TallyAPI

/// Works on jobs: claims them, plans, reads their days through a source, stores each.
///
/// An actor, because what it holds is a table of jobs that several tasks change. The truth is in
/// the database: a worker that lost a lease is stopped by the fence, whatever this table says.
actor ScrapeWorker {
    struct Configuration: Sendable {
        /// Who it is, in `leased_by`.
        var owner: String
        /// Scans at a time.
        var fetches = 2
        /// Jobs held at a time.
        var jobs = 64
        /// Between two renewals of the leases.
        var heartbeat: Duration = .seconds(15)
        /// Between two looks when no notice comes.
        var poll: Duration = .seconds(2)
        /// Before a lease ends, its worker stops.
        var margin: Duration = .seconds(10)
        /// What a source may take to say what it would cost: other jobs wait for their plans.
        var offer: Duration = .seconds(10)
        /// One that took longer is not asked again for so long.
        var offerPause: Duration = .seconds(60)
    }

    /// A job in hand.
    struct Held: Sendable {
        var claim: JobClaim
        var names: [String]
        var plan: ScrapePlan
        var progress: JobProgress
        var contributors: Set<Int64> = []
        var lastServed: UInt64 = 0
        /// The scan it is part of.
        var scan: UInt64?
        var leaseEnds: ContinuousClock.Instant
        var claimedAt: ContinuousClock.Instant
        /// False: sources are being asked what they would take.
        var isPlanned = true

        /// Who is asked next; nil = everything is read.
        var source: String? { plan.legs.first?.source }
        /// Days still to read from that source, ascending.
        var pending: [CivilDay] { plan.legs.first?.days ?? [] }

        /// A day was stored.
        mutating func dayStored() {
            guard !plan.legs.isEmpty else { return }
            plan.legs[0].days.removeFirst()
            if plan.legs[0].days.isEmpty { plan.legs.removeFirst() }
        }
    }

    /// A scan on its way.
    struct Running: Sendable {
        var task: Task<Void, Never>
        var meter: ScanMeter
        /// Those it still serves.
        var jobs: Set<String>
        var days: [CivilDay]
        var source: String
    }

    let store: IngestStore
    let sources: [String: any Source]
    let configuration: Configuration
    let logger: Logger
    let metrics: MetricsRegistry
    let now: @Sendable () -> ContinuousClock.Instant
    var held: [String: Held] = [:]
    var scans: [UInt64: Running] = [:]
    var serial: UInt64 = 0
    /// Sources that did not say in time what they would cost, and until when they are not asked.
    var slowUntil: [String: ContinuousClock.Instant] = [:]
    var stopping = false
    private let wakes = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))

    init(
        store: IngestStore, sources: [any Source], configuration: Configuration, logger: Logger,
        metrics: MetricsRegistry = MetricsRegistry(),
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.store = store
        self.sources = Dictionary(
            sources.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        self.configuration = configuration
        self.logger = logger
        self.metrics = metrics
        self.now = now
    }

    /// Works until its task is cancelled, then hands its jobs back.
    /// - Parameter orders: ids of jobs that callers submitted, cancelled or removed.
    func run(orders: AsyncStream<String>) async {
        await freeJobs()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.heartbeats() }
            group.addTask { await self.polls() }
            group.addTask { for await id in orders { await self.heed(id) } }
            for await _ in wakes.stream {
                if Task.isCancelled { break }
                await step()
            }
            group.cancelAll()
        }
        // In a task of its own: this one is cancelled, and so would be its statements.
        await Task { await self.handBack() }.value
    }

    /// After a crash the next process of the machine need not wait for the leases to run out.
    private func freeJobs() async {
        do {
            let freed = try await store.freeJobsOfTheDead(seenBy: configuration.owner)
            if freed > 0 { logger.info("jobs of a process that died are free", ["n": "\(freed)"]) }
        } catch {
            logger.warning("leases could not be looked at", ["error": "\(error)"])
        }
    }

    /// Looks for work once: claims, plans, starts scans.
    func step() async {
        dropExpired()
        await claim()
        startScans()
        await saveProgress()
    }

    /// Asks for a look soon.
    nonisolated func wake() { wakes.continuation.yield() }

    private func polls() async {
        while !Task.isCancelled {
            wake()
            do { try await Task.sleep(for: configuration.poll) } catch { break }
        }
        wakes.continuation.finish()
    }

    private func heartbeats() async {
        while !Task.isCancelled {
            do { try await Task.sleep(for: configuration.heartbeat) } catch { return }
            await beat()
        }
    }

    /// Somebody did something to a job: is it still ours?
    private func heed(_ id: String) async {
        if held[id] != nil { await renew([id]) }
        wake()
    }

    /// Renews every lease, and moves jobs that wait for watermarks which were stored already.
    func beat() async {
        await renew(Array(held.keys))
        do { try await store.sweepJobs() } catch {
            logger.warning("jobs could not be moved", ["error": "\(error)"])
        }
    }

    private func renew(_ ids: [String]) async {
        let claims = ids.compactMap { held[$0]?.claim }
        let asked = now()
        do {
            let kept = try await store.renew(claims)
            for claim in claims {
                let id = claim.job.id
                guard held[id]?.claim.attempt == claim.attempt else { continue }
                if kept.contains(id) {
                    held[id]?.leaseEnds = leaseEnd(from: asked)
                } else {
                    drop(id, because: "it was cancelled, or another worker has it")
                }
            }
        } catch {
            logger.warning("leases could not be renewed", ["error": "\(error)"])
        }
        dropExpired()
    }

    /// Counted from before the database was asked, so that ours ends first.
    func leaseEnd(from asked: ContinuousClock.Instant) -> ContinuousClock.Instant {
        asked + .seconds(JobStore.leaseSeconds) - configuration.margin
    }

    private func dropExpired() {
        let instant = now()
        for (id, job) in held where job.leaseEnds <= instant {
            drop(id, because: "its lease could not be renewed")
        }
    }

    /// Forgets a job; a scan that served nobody else ends, down to the source.
    func drop(_ id: String, because reason: String) {
        guard let job = held.removeValue(forKey: id) else { return }
        logger.info("a job was put down", ["job": id, "reason": reason])
        guard let scan = job.scan else { return }
        scans[scan]?.jobs.remove(id)
        if scans[scan]?.jobs.isEmpty == true { scans[scan]?.task.cancel() }
    }

    /// Stops all scans and gives the jobs to whoever comes next.
    private func handBack() async {
        stopping = true
        for scan in scans.values { scan.task.cancel() }
        for scan in scans.values { await scan.task.value }
        for job in held.values {
            do { try await store.release(job.claim) } catch {
                logger.warning(
                    "a job could not be handed back",
                    ["job": job.claim.job.id, "error": "\(error)"])
            }
        }
        held = [:]
    }
}
