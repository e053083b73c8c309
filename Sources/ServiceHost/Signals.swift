private import Glibc

/// SIGTERM and SIGINT as a stream: the first asks to end, the second insists.
enum Signals {
    /// Blocks the signals for every thread started from now on; call it first.
    static func block() {
        var set = Self.set
        pthread_sigmask(SIG_BLOCK, &set, nil)
    }

    private static var set: sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, SIGTERM)
        sigaddset(&set, SIGINT)
        return set
    }

    /// Calls `body` on a thread of its own for each signal.
    static func onSignal(_ body: @escaping @Sendable () -> Void) {
        ThreadStart.run(name: "signals") {
            var set = Self.set
            var number: Int32 = 0
            while sigwait(&set, &number) == 0 { body() }
        }
    }
}

/// Starts a detached thread.
enum ThreadStart {
    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    static func run(name: String, _ body: @escaping @Sendable () -> Void) {
        var thread = pthread_t()
        let start = Unmanaged.passRetained(Body(body))
        let status = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            }, start.toOpaque())
        precondition(status == 0, "no thread for \(name)")
        pthread_detach(thread)
    }
}
