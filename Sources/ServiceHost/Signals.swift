private import Glibc

/// Signals that a thread hears of, such as SIGTERM: the first asks to end, the second insists.
///
/// By handlers that write into a pipe: blocked signals would not do, for the runtime's main thread
/// unblocks all of them.
enum Signals {
    /// Its two ends; made before the first handler, which may do nothing but write.
    private static let pipe: (read: Int32, write: Int32) = {
        var ends: [Int32] = [-1, -1]
        precondition(Glibc.pipe(&ends) == 0, "no pipe for signals")
        return (ends[0], ends[1])
    }()

    /// Calls `body` with each signal's number, on a thread of its own.
    static func on(_ numbers: [Int32], _ body: @escaping @Sendable (Int32) -> Void) {
        let end = self.pipe.read
        var action = sigaction()
        action.__sigaction_handler.sa_handler = { number in
            var byte = UInt8(truncatingIfNeeded: number)
            _ = write(Signals.pipe.write, &byte, 1)
        }
        action.sa_flags = SA_RESTART
        for number in numbers { sigaction(number, &action, nil) }
        ThreadStart.run(name: "signals") {
            var byte: UInt8 = 0
            while true {
                let count = read(end, &byte, 1)
                if count == 1 { body(Int32(byte)) } else if errno != EINTR { return }
            }
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
