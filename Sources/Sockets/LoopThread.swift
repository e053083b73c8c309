private import CEpoll
internal import Glibc

/// Starts a detached thread that runs `body`; false when the system has no thread to give.
func startThread(name: String, _ body: @escaping @Sendable () -> Void) -> Bool {
    final class Start: Sendable {
        let name: String
        let body: @Sendable () -> Void
        init(_ name: String, _ body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }
    var thread = pthread_t()
    let start = Unmanaged.passRetained(Start(name, body))
    let status = pthread_create(
        &thread, nil,
        { argument in
            guard let argument else { return nil }
            let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
            // The kernel keeps fifteen bytes of a thread's name.
            tally_name_thread(String(start.name.prefix(15)))
            start.body()
            return nil
        }, start.toOpaque())
    guard status == 0 else {
        start.release()
        return false
    }
    pthread_detach(thread)
    return true
}

/// Which loop the present thread belongs to.
struct ThreadLocalTasks: Sendable {
    private let key: pthread_key_t

    init() {
        var key = pthread_key_t()
        pthread_key_create(&key, nil)
        self.key = key
    }

    /// The loop is kept alive by its thread, which sets this once and ends with it.
    func set(_ tasks: LoopTasks) {
        pthread_setspecific(self.key, Unmanaged.passUnretained(tasks).toOpaque())
    }

    func holds(_ tasks: LoopTasks) -> Bool {
        pthread_getspecific(self.key) == Unmanaged.passUnretained(tasks).toOpaque()
    }
}
