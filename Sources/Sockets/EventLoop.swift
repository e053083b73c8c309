private import Synchronization

/// One thread that waits for sockets and timers, and runs tasks in between.
///
/// It is a serial executor and a task executor: async functions can run on the very thread that
/// owns their connection, so that a call needs no hop.
///
/// `@unchecked Sendable`: `core` is touched by the loop's own thread alone; everything that other
/// threads reach is behind the mutex of `inbox` or atomic.
public final class EventLoop: SerialExecutor, TaskExecutor, @unchecked Sendable {
    private struct Inbox {
        var work: [Work] = []
        var isWoken = false
    }

    enum Work {
        case closure(@Sendable () -> Void)
        case job(UnownedJob)
    }

    let core: LoopCore
    private let inbox = Mutex(Inbox())
    private let stopping = Atomic<Bool>(false)

    private static let current = ThreadLocalLoop()

    /// Starts the thread.
    ///
    /// - Throws: `SocketError` when the kernel gives no epoll, eventfd or thread.
    public init(name: String) throws(SocketError) {
        self.core = try LoopCore()
        let started = startThread(name: name) { [self] in
            Self.current.set(self)
            self.run()
        }
        if !started { throw SocketError(.system, "no thread for \(name)") }
    }

    /// Whether the caller runs on this loop's thread.
    public var isInLoop: Bool { Self.current.get() === self }

    /// The monotonic time, read once per turn of the loop; only on the loop.
    public var now: ContinuousClock.Instant { self.core.now }

    /// Runs `work` on the loop, soon and in order; from any thread.
    public func execute(_ work: @escaping @Sendable () -> Void) {
        self.post(.closure(work))
    }

    /// Runs `work` now when the caller is on the loop, else soon and in order.
    public func runOrExecute(_ work: @escaping @Sendable () -> Void) {
        if self.isInLoop { work() } else { self.execute(work) }
    }

    /// Runs `work` on the loop after `delay`; from any thread.
    @discardableResult
    public func schedule(
        after delay: Duration, _ work: @escaping @Sendable () -> Void
    ) -> ScheduledTimer {
        let timer = ScheduledTimer(loop: self, work: work)
        if self.isInLoop {
            self.core.timers.add(timer, at: ContinuousClock.now.advanced(by: delay))
        } else {
            let deadline = ContinuousClock.now.advanced(by: delay)
            self.execute { self.core.timers.add(timer, at: deadline) }
        }
        return timer
    }

    /// Ends the thread after the work that is queued; sockets still open are forgotten.
    public func shutdown() {
        self.stopping.store(true, ordering: .releasing)
        self.core.wake()
    }

    /// Takes a job of Swift's concurrency runtime.
    public func enqueue(_ job: consuming ExecutorJob) {
        self.post(.job(UnownedJob(job)))
    }

    /// Traps when the caller does not run on the loop; `assumeIsolated` asks it.
    public func checkIsolated() {
        precondition(self.isInLoop, "not on the event loop")
    }

    /// Whether the caller runs on the loop; the runtime asks before `checkIsolated`.
    public func isIsolatingCurrentContext() -> Bool? { self.isInLoop }

    private func post(_ work: Work) {
        if self.isInLoop {
            self.core.local.append(work)
            return
        }
        let mustWake = self.inbox.withLock { inbox in
            inbox.work.append(work)
            defer { inbox.isWoken = true }
            return !inbox.isWoken
        }
        if mustWake { self.core.wake() }
    }

    private func run() {
        while !self.stopping.load(ordering: .acquiring) {
            self.core.wait()
            self.runWork()
            self.core.timers.fire(until: self.core.now)
            self.runWork()
            self.core.flush()
        }
        self.runWork()
        self.core.flush()
    }

    /// Runs what was queued up to now, and what that queues, for a bounded number of rounds, so
    /// that tasks that feed each other cannot keep sockets from being read.
    private func runWork() {
        for _ in 0..<LoopCore.roundsMax {
            var batch = self.core.takeLocal()
            self.inbox.withLock { inbox in
                inbox.isWoken = false
                if !inbox.work.isEmpty {
                    batch.append(contentsOf: inbox.work)
                    inbox.work.removeAll(keepingCapacity: true)
                }
            }
            if batch.isEmpty { return }
            for work in batch { self.perform(work) }
        }
    }

    private func perform(_ work: Work) {
        switch work {
        case .closure(let closure): closure()
        case .job(let job):
            job.runSynchronously(
                isolatedTo: self.asUnownedSerialExecutor(),
                taskExecutor: self.asUnownedTaskExecutor())
        }
    }
}
