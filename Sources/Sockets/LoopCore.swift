internal import CEpoll
internal import Glibc

/// What the kernel says about a descriptor.
struct Readiness: OptionSet {
    let rawValue: UInt32
    static let readable = Readiness(rawValue: EPOLLIN.rawValue)
    static let writable = Readiness(rawValue: EPOLLOUT.rawValue)
    static let hungUp = Readiness(rawValue: EPOLLHUP.rawValue | EPOLLERR.rawValue)
}

/// Something with a descriptor that a loop watches.
protocol EventSource: AnyObject {
    func ready(_ readiness: Readiness)
}

/// The loop's state: touched by its own thread alone.
final class LoopCore {
    /// Rounds of queued work between two looks at the sockets.
    static let roundsMax = 64
    /// Bytes read at once; one buffer a loop, so that an idle connection holds none.
    static let readBytes = 64 * 1024
    private static let eventsMax = 256

    private(set) var now = ContinuousClock.now
    var local: [LoopTasks.Work] = []
    private var spare: [LoopTasks.Work] = []
    private static let keptWork = 4096
    let timers = TimerQueue()
    let readBuffer = UnsafeMutableRawBufferPointer.allocate(byteCount: readBytes, alignment: 16)

    private let epoll: Int32
    private let wakeUp: Int32
    private var events = [epoll_event](repeating: epoll_event(), count: eventsMax)
    private var sources: [(source: any EventSource, generation: UInt32)?] = []
    private var generation: UInt32 = 0
    private var unflushed: [StreamSocket] = []
    private var last: [LoopTasks.Closure] = []
    private var spareLast: [LoopTasks.Closure] = []

    init() throws(SocketError) {
        let epoll = try systemCall("epoll_create1") { epoll_create1(Int32(EPOLL_CLOEXEC)) }
        self.epoll = epoll
        self.wakeUp = try systemCall("eventfd") {
            eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        }
        var event = epoll_event()
        event.events = EPOLLIN.rawValue
        event.data.u64 = UInt64.max
        let wakeUp = self.wakeUp
        try systemCall("epoll_ctl") { epoll_ctl(epoll, EPOLL_CTL_ADD, wakeUp, &event) }
    }

    deinit {
        close(self.epoll)
        close(self.wakeUp)
        self.readBuffer.deallocate()
    }

    /// From any thread: ends the wait of the loop. A full counter wakes as well.
    func wake() {
        var one: UInt64 = 1
        _ = write(self.wakeUp, &one, 8)
    }

    /// Empties `local` into `body`; what that queues stays for the next round. Two arrays take
    /// turns, so that a round needs no new memory.
    func forEachLocal(_ body: (LoopTasks.Work) -> Void) {
        var batch = self.spare
        self.spare = []
        swap(&batch, &self.local)
        for work in batch { body(work) }
        batch.removeAll(keepingCapacity: batch.count <= Self.keptWork)
        self.spare = batch
    }

    /// Has `work` done when nothing else is left to be done in this turn.
    func doLast(_ work: @escaping LoopTasks.Closure) { self.last.append(work) }

    /// Does what was kept for last; what that queues comes after it.
    ///
    /// - Returns: whether there was any.
    func runLast() -> Bool {
        guard !self.last.isEmpty else { return false }
        var batch = self.spareLast
        self.spareLast = []
        swap(&batch, &self.last)
        for work in batch { work() }
        batch.removeAll(keepingCapacity: batch.count <= Self.keptWork)
        self.spareLast = batch
        return true
    }

    /// Waits for sockets, the next timer or a wake-up, and hands events to their sources.
    func wait() {
        var timeout: Int32 = -1
        if !self.local.isEmpty || !self.last.isEmpty || !self.unflushed.isEmpty {
            timeout = 0
        } else if let next = self.timers.next {
            timeout = Self.milliseconds(from: ContinuousClock.now, to: next)
        }
        let count = epoll_wait(self.epoll, &self.events, Int32(self.events.count), timeout)
        self.now = ContinuousClock.now
        guard count > 0 else { return }
        for index in 0..<Int(count) { self.dispatch(self.events[index]) }
    }

    private func dispatch(_ event: epoll_event) {
        if event.data.u64 == UInt64.max {
            var count: UInt64 = 0
            _ = read(self.wakeUp, &count, 8)
            return
        }
        // A descriptor closed in this batch may have been given out again: the generation tells.
        let slot = Int(UInt32(truncatingIfNeeded: event.data.u64))
        let generation = UInt32(truncatingIfNeeded: event.data.u64 >> 32)
        guard slot < self.sources.count, let entry = self.sources[slot],
            entry.generation == generation
        else { return }
        entry.source.ready(Readiness(rawValue: event.events))
    }

    /// Rounds up, so that a timer never finds itself a moment early and spins.
    private static func milliseconds(
        from start: ContinuousClock.Instant, to end: ContinuousClock.Instant
    ) -> Int32 {
        let (seconds, attoseconds) = (end - start).components
        if seconds < 0 || attoseconds < 0 { return 0 }
        if seconds > 3600 { return 3_600_000 }
        return Int32(seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }

    func add(
        _ source: any EventSource, _ descriptor: Int32, _ interest: Readiness
    ) throws(SocketError) {
        self.generation &+= 1
        let slot = Int(descriptor)
        while self.sources.count <= slot { self.sources.append(nil) }
        var event = self.event(descriptor, self.generation, interest)
        let epoll = self.epoll
        try systemCall("epoll_ctl") { epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event) }
        self.sources[slot] = (source, self.generation)
    }

    func modify(_ descriptor: Int32, _ interest: Readiness) {
        guard let entry = self.sources[Int(descriptor)] else { return }
        var event = self.event(descriptor, entry.generation, interest)
        epoll_ctl(self.epoll, EPOLL_CTL_MOD, descriptor, &event)
    }

    func remove(_ descriptor: Int32) {
        epoll_ctl(self.epoll, EPOLL_CTL_DEL, descriptor, nil)
        self.sources[Int(descriptor)] = nil
    }

    /// Nobody will be there to end them.
    func endLastWords() {
        for entry in self.sources { (entry?.source as? StreamSocket)?.endLastWords() }
    }

    private func event(
        _ descriptor: Int32, _ generation: UInt32, _ interest: Readiness
    ) -> epoll_event {
        var event = epoll_event()
        event.events = interest.rawValue
        event.data.u64 = UInt64(generation) << 32 | UInt64(UInt32(bitPattern: descriptor))
        return event
    }

    /// Writes at the end of the turn: everything appended in a turn leaves in one call.
    func flushLater(_ socket: StreamSocket) { self.unflushed.append(socket) }

    func flush() {
        while !self.unflushed.isEmpty {
            var sockets: [StreamSocket] = []
            swap(&sockets, &self.unflushed)
            for socket in sockets { socket.flush() }
            sockets.removeAll(keepingCapacity: true)
            if self.unflushed.isEmpty { self.unflushed = sockets }
        }
    }
}
