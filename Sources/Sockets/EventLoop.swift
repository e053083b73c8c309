private import Synchronization

/// One thread that waits for sockets and timers, and runs tasks in between.
///
/// It is the executor of the actors that live on it, and its `tasks` run what belongs to none:
/// async functions can run on the very thread that owns their connection, and need no hop.
public final class EventLoop: SerialExecutor {
    /// Runs tasks on the loop that belong to no actor.
    public let tasks: LoopTasks
    private let stopping = Atomic<Bool>(false)

    var core: LoopCore { self.tasks.core }

    /// Starts the thread.
    ///
    /// - Throws: `SocketError` when the kernel gives no epoll, eventfd or thread.
    public init(name: String) throws(SocketError) {
        self.tasks = LoopTasks(try LoopCore())
        let started = startThread(name: name) { [self] in
            self.tasks.adoptThread()
            self.run()
        }
        if !started { throw SocketError(.system, "no thread for \(name)") }
    }

    /// Whether the caller runs on this loop's thread.
    public var isInLoop: Bool { self.tasks.isInLoop }

    /// The monotonic time, read once per turn of the loop; only on the loop.
    public var now: ContinuousClock.Instant { self.core.now }

    /// Runs `work` on the loop, soon and in order; from any thread.
    public func execute(_ work: @escaping @Sendable () -> Void) {
        self.tasks.post(.closure(work))
    }

    /// Runs `work` now when the caller is on the loop, else soon and in order.
    public func runOrExecute(_ work: @escaping @Sendable () -> Void) {
        if self.isInLoop { work() } else { self.execute(work) }
    }

    /// Runs `work` when nothing else is left to be done in this turn of the loop, before what was
    /// queued to sockets is written; only on the loop. For gathering what many have to say.
    public func executeLast(_ work: @escaping @Sendable () -> Void) {
        self.checkIsolated()
        self.core.doLast(work)
    }

    /// Runs `work` on the loop after `delay`; from any thread.
    @discardableResult
    public func schedule(
        after delay: Duration, _ work: @escaping @Sendable () -> Void
    ) -> ScheduledTimer {
        self.schedule(at: ContinuousClock.now.advanced(by: delay), work)
    }

    /// Runs `work` on the loop at a time, or as soon as it can after it; from any thread.
    public func schedule(
        at deadline: ContinuousClock.Instant, _ work: @escaping @Sendable () -> Void
    ) -> ScheduledTimer {
        let timer = ScheduledTimer(loop: self, work: work)
        self.runOrExecute { self.core.timers.add(timer, at: deadline) }
        return timer
    }

    /// Ends the thread after the work that is queued; sockets still open are forgotten, but for
    /// those that only say their last words: they are closed.
    public func shutdown() {
        self.stopping.store(true, ordering: .releasing)
        self.core.wake()
    }

    /// Takes a job of Swift's concurrency runtime.
    public func enqueue(_ job: consuming ExecutorJob) {
        self.tasks.post(.job(UnownedJob(job)))
    }

    /// Traps when the caller does not run on the loop; `assumeIsolated` asks it.
    public func checkIsolated() {
        precondition(self.isInLoop, "not on the event loop")
    }

    /// Whether the caller runs on the loop; the runtime asks before `checkIsolated`.
    public func isIsolatingCurrentContext() -> Bool? { self.isInLoop }

    private func run() {
        while !self.stopping.load(ordering: .acquiring) {
            self.core.wait()
            self.runWork()
            self.core.timers.fire(until: self.core.now)
            self.runWork()
            self.flush()
        }
        self.runWork()
        self.flush()
        self.core.endLastWords()
        self.runWork()
    }

    /// The end of a turn. What was kept for last is not lost on tasks that feed each other.
    private func flush() {
        _ = self.core.runLast()
        self.core.flush()
    }

    /// Runs what was queued up to now, and what that queues, for a bounded number of rounds, so
    /// that tasks that feed each other cannot keep sockets from being read.
    private func runWork() {
        for _ in 0..<LoopCore.roundsMax {
            self.tasks.empty()
            if !self.core.local.isEmpty {
                self.core.forEachLocal { self.perform($0) }
            } else if !self.core.runLast() {
                return
            }
        }
    }

    private func perform(_ work: LoopTasks.Work) {
        switch work {
        case .closure(let closure): closure()
        case .job(let job):
            job.runSynchronously(
                isolatedTo: self.asUnownedSerialExecutor(),
                taskExecutor: self.tasks.asUnownedTaskExecutor())
        case .task(let job): job.runSynchronously(on: self.tasks.asUnownedTaskExecutor())
        }
    }
}
