public import RPCCore
private import Synchronization

/// How long a call waits before it stands on a connection for the first time.
final class CallWait: Sendable {
    let start: Moment
    private let end = Mutex<Moment?>(nil)

    init(since start: Moment) { self.start = start }

    /// The call stands; later attempts change nothing.
    func isOver(at now: Moment) { self.end.withLock { $0 = $0 ?? now } }

    /// The wait of a call that ended at `now`: all of its time when it never stood.
    func duration(at now: Moment) -> Duration {
        (self.end.withLock { $0 } ?? now) - self.start
    }
}

// What whoever counts calls hears of them.
extension RPCChannel {
    /// The usual call ended well, at its first attempt and without a wait.
    @usableFromInline func succeeded(_ method: MethodDescriptor, _ times: CallTimes) {
        self.note(nil)
        guard let tell = self.configuration.callEnded else { return }
        tell(
            FinishedClientCall(
                method: method.path, code: .ok, reason: nil,
                duration: Moment.now - times.start, queued: .zero))
    }

    /// Its reply came, and is not what the method answers.
    @usableFromInline func unreadable(
        _ method: MethodDescriptor, _ times: CallTimes, _ error: RPCError
    ) {
        self.note(nil)
        let wait = CallWait(since: times.start)
        wait.isOver(at: times.start)
        self.ended(method, wait, error)
    }

    func ended(_ method: MethodDescriptor, _ wait: CallWait, _ error: RPCError?) {
        guard let tell = self.configuration.callEnded else { return }
        let now = Moment.now
        tell(
            FinishedClientCall(
                method: method.path, code: error?.code ?? .ok, reason: error?.reason,
                duration: now - wait.start, queued: wait.duration(at: now)))
    }
}
