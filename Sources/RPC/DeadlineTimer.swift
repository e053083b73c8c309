internal import RPCCore
internal import Sockets

/// A call that ends with its deadline.
protocol TimedCall: AnyObject {
    /// When its caller gives up; nil = never.
    var until: Moment? { get }
}

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
    ///
    /// - Parameter fire: made only when the timer has to be set, which most calls need not do.
    mutating func watch(
        _ deadline: Moment, on loop: EventLoop, _ fire: @autoclosure () -> @Sendable () -> Void
    ) {
        if let setFor, setFor <= deadline { return }
        self.timer?.cancel()
        self.setFor = deadline
        self.timer = loop.schedule(at: deadline.instant, fire())
    }

    /// It has fired, and is set for the earliest deadline of the other open calls.
    ///
    /// - Returns: the calls whose deadlines have passed.
    mutating func fired<Call: TimedCall>(
        _ calls: borrowing StreamTable<Call>, on loop: EventLoop,
        _ fire: @autoclosure () -> @Sendable () -> Void
    ) -> [Call] {
        self.cancel()
        let now = Moment.now
        var (late, next): ([Call], Moment?) = ([], nil)
        calls.forEach { call in
            guard let until = call.until else { return }
            if until <= now { late.append(call) } else { next = min(next ?? until, until) }
        }
        if let next { self.watch(max(next, now + Self.grain), on: loop, fire()) }
        return late
    }

    /// Nothing more is watched.
    mutating func cancel() {
        self.timer?.cancel()
        self.timer = nil
        self.setFor = nil
    }
}
