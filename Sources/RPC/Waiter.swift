/// Somebody who waits, as a reference.
///
/// The compiler does not know the size of a continuation: a struct that holds one is copied and
/// destroyed through tables, and in the state of a call this cost a tenth of it.
final class Waiter: Sendable {
    private let continuation: CheckedContinuation<Void, Never>

    init(_ continuation: CheckedContinuation<Void, Never>) { self.continuation = continuation }

    /// Lets the waiting one go on; once.
    func resume() { self.continuation.resume() }
}

/// A call that waits for a free stream of its connection.
struct SlotWaiter {
    let number: UInt64
    let continuation: CheckedContinuation<Void, Never>
}
