/// Pings whose answers are waited for.
struct PendingPings {
    private var waiting: [UInt64: CheckedContinuation<Bool, Never>] = [:]
    private var last: UInt64 = 1

    /// The number that the next ping bears; 0 and 1 are those that nobody waits for.
    mutating func begin() -> UInt64 {
        self.last += 1
        return self.last
    }

    mutating func wait(for number: UInt64, _ continuation: CheckedContinuation<Bool, Never>) {
        self.waiting[number] = continuation
    }

    /// A ping came back, or is not waited for any more.
    mutating func end(_ number: UInt64, answered: Bool) {
        self.waiting.removeValue(forKey: number)?.resume(returning: answered)
    }

    /// No answer will come.
    mutating func endAll() {
        for continuation in self.waiting.values { continuation.resume(returning: false) }
        self.waiting = [:]
    }
}
