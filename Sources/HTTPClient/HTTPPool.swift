private import Glibc
private import Synchronization

/// Exchanges for tasks: they run on a few threads of their own, so that one that waits for a slow
/// server holds up no other task.
///
/// Threads start when there is work and end when there is none.
public final class HTTPPool: Sendable {
    /// Requests that may wait for a thread: more than any caller of ours has at a time.
    public static let waitingMax = 256

    private struct Waiting {
        let number: UInt64
        let work: @Sendable (_ goesOn: Bool) -> Void
    }

    private struct State {
        var waiting: [Waiting] = []
        var running = 0
        var next: UInt64 = 0
    }

    private let agent: String
    private let threadsMax: Int
    private let state = Mutex(State())

    /// - Parameters:
    ///   - agent: how the client calls itself.
    ///   - threads: exchanges at a time, 1 or more.
    public init(agent: String, threads: Int) {
        self.agent = agent
        self.threadsMax = max(1, threads)
    }

    /// Asks, waits for its turn and for the answer.
    ///
    /// - Throws: `HTTPClient.Failure`; `CancellationError` within a second after the task is
    ///   cancelled.
    public func send(
        _ request: HTTPClient.Request,
        limits: HTTPClient.Limits = HTTPClient.Limits(total: .seconds(60))
    ) async throws -> HTTPClient.Answer {
        let stop = StopFlag()
        let number = self.state.withLock { state in
            state.next += 1
            return state.next
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let agent = self.agent
                self.enqueue(number, stop) { goesOn in
                    guard goesOn else { return continuation.resume(throwing: CancellationError()) }
                    continuation.resume(with: Self.exchange(request, agent, limits, stop))
                } refuse: { failure in
                    continuation.resume(throwing: failure)
                }
            }
        } onCancel: {
            stop.set()
            self.state.withLock { state in
                let index = state.waiting.firstIndex { $0.number == number }
                return index.map { state.waiting.remove(at: $0) }
            }?.work(false)
        }
    }

    private static func exchange(
        _ request: HTTPClient.Request, _ agent: String, _ limits: HTTPClient.Limits,
        _ stop: StopFlag
    ) -> Result<HTTPClient.Answer, any Error> {
        guard let client = HTTPClient() else {
            return .failure(HTTPClient.Failure(kind: .broken, message: "there is no memory"))
        }
        do {
            return .success(
                try client.send(request, agent: agent, limits: limits) { stop.isSet })
        } catch {
            return .failure(stop.isSet ? CancellationError() : error)
        }
    }

    private func enqueue(
        _ number: UInt64, _ stop: StopFlag, work: @escaping @Sendable (Bool) -> Void,
        refuse: (HTTPClient.Failure) -> Void
    ) {
        enum Fate { case waits, starts, refused, stopped }
        let fate = self.state.withLock { state -> Fate in
            if stop.isSet { return .stopped }
            guard state.waiting.count < Self.waitingMax else { return .refused }
            state.waiting.append(Waiting(number: number, work: work))
            guard state.running < self.threadsMax else { return .waits }
            state.running += 1
            return .starts
        }
        switch fate {
        case .waits: return
        case .stopped: work(false)
        case .refused:
            refuse(HTTPClient.Failure(kind: .broken, message: "too many requests wait"))
        case .starts: self.startThread(number, refuse)
        }
    }

    private func startThread(_ number: UInt64, _ refuse: (HTTPClient.Failure) -> Void) {
        if startDetached({ while let next = self.take() { next.work(true) } }) { return }
        let isOurs = self.state.withLock { state in
            state.running -= 1
            let index = state.waiting.firstIndex { $0.number == number }
            return index.map { state.waiting.remove(at: $0) } != nil
        }
        if isOurs { refuse(HTTPClient.Failure(kind: .broken, message: "there is no thread")) }
    }

    private func take() -> Waiting? {
        self.state.withLock { state in
            guard state.waiting.isEmpty else { return state.waiting.removeFirst() }
            state.running -= 1
            return nil
        }
    }
}

/// Set once, looked at by the exchange's thread.
private final class StopFlag: Sendable {
    private let value = Atomic<Bool>(false)
    var isSet: Bool { self.value.load(ordering: .acquiring) }
    func set() { self.value.store(true, ordering: .releasing) }
}

/// Runs `body` on a thread of its own; false when the system has none.
private func startDetached(_ body: @escaping @Sendable () -> Void) -> Bool {
    final class Start: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    var thread = pthread_t()
    let start = Unmanaged.passRetained(Start(body))
    let status = pthread_create(
        &thread, nil,
        { argument in
            guard let argument else { return nil }
            Unmanaged<Start>.fromOpaque(argument).takeRetainedValue().body()
            return nil
        }, start.toOpaque())
    guard status == 0 else {
        start.release()
        return false
    }
    pthread_detach(thread)
    return true
}
