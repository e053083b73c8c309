private import Glibc
private import Synchronization

/// Asked once to stop, by a signal or a call; a second signal ends the process.
final class StopSignal: Sendable {
    private let state = Mutex<(isSet: Bool, grace: Duration?)>((false, nil))
    private let wakeup = Wakeup()

    /// - Parameter hangUp: what SIGHUP asks for; nil leaves that signal as it is, an end.
    init(hangUp: (@Sendable () -> Void)? = nil) {
        let numbers = [SIGTERM, SIGINT] + (hangUp == nil ? [] : [SIGHUP])
        Signals.on(numbers) { [weak self] number in
            if let hangUp, number == SIGHUP { return hangUp() }
            // The second one insists: no flushing, no destructors, the code a shell expects.
            guard let self, !self.isSet else { SystemAccess.end(128 + number) }
            self.set(grace: nil)
        }
    }

    var isSet: Bool { self.state.withLock { $0.isSet } }

    func set(grace: Duration?) {
        self.state.withLock { $0 = (true, grace) }
        self.wakeup.signal()
    }

    func wait() async -> Duration? {
        while !self.isSet { await self.wakeup.wait(beyond: 0, upTo: .seconds(3600)) }
        return self.state.withLock { $0.grace }
    }
}
