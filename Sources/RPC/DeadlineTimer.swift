internal import RPCCore
internal import Sockets

/// One timer for the deadlines of all calls of a connection.
///
/// Most calls end long before their deadlines. A timer for each would be put into the loop's queue
/// and taken out again for nothing; this one is set anew when it fires, and then the connection
/// looks through its open calls, of which there are a few hundred at most.
struct DeadlineTimer {
    /// Pause between two looks, for a peer whose calls all have deadlines of their own.
    private static let grain = Duration.milliseconds(1)

    private var timer: ScheduledTimer?
    private var setFor: Moment?

    /// Sees to it that `fire` is called when the deadline has come, on the loop; not too early.
    mutating func watch(
        _ deadline: Moment, on loop: EventLoop, _ fire: @escaping @Sendable () -> Void
    ) {
        if let setFor, setFor <= deadline { return }
        self.timer?.cancel()
        self.setFor = deadline
        self.timer = loop.schedule(at: deadline.instant, fire)
    }

    /// It has fired; `next` is the earliest deadline of the calls that are still open.
    mutating func fired(
        at now: Moment, next: Moment?, on loop: EventLoop, _ fire: @escaping @Sendable () -> Void
    ) {
        self.cancel()
        guard let next else { return }
        self.watch(max(next, now + Self.grain), on: loop, fire)
    }

    /// Nothing more is watched.
    mutating func cancel() {
        self.timer?.cancel()
        self.timer = nil
        self.setFor = nil
    }
}
