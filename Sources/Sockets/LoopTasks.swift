private import Synchronization

/// Runs tasks on a loop that belong to no actor: handlers, and callers that want to stay there.
///
/// Apart from the loop's serial executor, because the runtime takes a task that it finds on the
/// executor of an actor for a guest there, and sends it away and back at every call: nine times in
/// one call of a client.
///
/// `@unchecked Sendable`: `core` is touched by the loop's own thread alone; what other threads
/// reach is behind the mutex of `inbox`.
public final class LoopTasks: TaskExecutor, @unchecked Sendable {
    private struct Inbox {
        var work: [Work] = []
        var isWoken = false
    }

    typealias Closure = @Sendable () -> Void

    enum Work {
        case closure(Closure)
        /// Of an actor that lives on the loop.
        case job(UnownedJob)
        /// Of nobody.
        case task(UnownedJob)
    }

    let core: LoopCore
    private let inbox = Mutex(Inbox())
    private static let ofThread = ThreadLocalTasks()
    /// The same, without a look at whether it has been made.
    private let current = LoopTasks.ofThread

    init(_ core: LoopCore) { self.core = core }

    /// Whether the caller runs on the loop's thread.
    var isInLoop: Bool { self.current.holds(self) }

    /// The caller's thread is the loop's from now on.
    func adoptThread() { self.current.set(self) }

    /// Takes a job of Swift's concurrency runtime.
    public func enqueue(_ job: consuming ExecutorJob) {
        self.post(.task(UnownedJob(job)))
    }

    func post(_ work: Work) {
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

    /// Moves what others posted to the loop's own work.
    func empty() {
        self.inbox.withLock { inbox in
            inbox.isWoken = false
            if !inbox.work.isEmpty {
                self.core.local.append(contentsOf: inbox.work)
                inbox.work.removeAll(keepingCapacity: true)
            }
        }
    }
}
