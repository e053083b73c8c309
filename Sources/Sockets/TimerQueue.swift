private import Synchronization

/// Work that a loop does at a later time; cancel it from the loop or from any other thread.
public final class ScheduledTimer: Sendable {
    private let loop: EventLoop
    private let work: @Sendable () -> Void
    private let position = Atomic(-1)

    /// Where it stands in the loop's queue; negative outside. The loop's alone.
    var place: Int {
        get { self.position.load(ordering: .relaxed) }
        set { self.position.store(newValue, ordering: .relaxed) }
    }

    init(loop: EventLoop, work: @escaping @Sendable () -> Void) {
        self.loop = loop
        self.work = work
    }

    func fire() { self.work() }

    /// The work will not run, unless it runs already. Harmless when it has run.
    public func cancel() {
        if self.loop.isInLoop {
            self.loop.core.timers.remove(self)
        } else {
            self.loop.execute { self.loop.core.timers.remove(self) }
        }
    }
}

/// A binary heap of timers, the earliest on top; cancelled ones leave at once, so that many calls
/// with far deadlines hold no memory once they are done.
final class TimerQueue {
    private struct Entry {
        /// Since `zero`; an instant is opaque to the compiler, and its copies are slow.
        let deadline: Duration
        let order: UInt64
        let timer: ScheduledTimer
    }

    private static let zero = ContinuousClock.now

    private var heap: [Entry] = []
    private var order: UInt64 = 0

    var count: Int { self.heap.count }
    var next: ContinuousClock.Instant? {
        self.heap.first.map { Self.zero.advanced(by: $0.deadline) }
    }

    func add(_ timer: ScheduledTimer, at deadline: ContinuousClock.Instant) {
        self.order += 1
        let deadline = Self.zero.duration(to: deadline)
        self.heap.append(Entry(deadline: deadline, order: self.order, timer: timer))
        timer.place = self.heap.count - 1
        self.siftUp(self.heap.count - 1)
    }

    func remove(_ timer: ScheduledTimer) {
        guard timer.place >= 0 else { return }
        self.remove(at: timer.place)
    }

    /// Runs what is due. A timer added meanwhile waits for the next turn.
    func fire(until now: ContinuousClock.Instant) {
        let last = self.order
        let now = Self.zero.duration(to: now)
        while let first = self.heap.first, first.deadline <= now, first.order <= last {
            self.remove(at: 0)
            first.timer.fire()
        }
    }

    private func remove(at position: Int) {
        self.heap[position].timer.place = -1
        let moved = self.heap.removeLast()
        guard position < self.heap.count else { return }
        self.place(moved, at: position)
        self.siftDown(position)
        self.siftUp(position)
    }

    private func place(_ entry: Entry, at position: Int) {
        self.heap[position] = entry
        entry.timer.place = position
    }

    private func isEarlier(_ left: Entry, _ right: Entry) -> Bool {
        left.deadline != right.deadline
            ? left.deadline < right.deadline : left.order < right.order
    }

    private func siftUp(_ start: Int) {
        var position = start
        let entry = self.heap[position]
        // The usual deadline is the latest one and stays where it is.
        guard position > 0, self.isEarlier(entry, self.heap[(position - 1) / 2]) else { return }
        while position > 0 {
            let parent = (position - 1) / 2
            guard self.isEarlier(entry, self.heap[parent]) else { break }
            self.place(self.heap[parent], at: position)
            position = parent
        }
        self.place(entry, at: position)
    }

    private func siftDown(_ start: Int) {
        var position = start
        let entry = self.heap[position]
        while true {
            var child = 2 * position + 1
            guard child < self.heap.count else { break }
            if child + 1 < self.heap.count, self.isEarlier(self.heap[child + 1], self.heap[child]) {
                child += 1
            }
            guard self.isEarlier(self.heap[child], entry) else { break }
            self.place(self.heap[child], at: position)
            position = child
        }
        self.place(entry, at: position)
    }
}
