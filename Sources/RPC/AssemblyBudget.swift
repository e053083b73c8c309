private import Sockets
private import Synchronization

/// What all connections of a process together may hold in messages that are not complete or not
/// read yet (rpc.md 1.5): each connection has a bound of its own, and many of them are many.
public final class AssemblyBudget: Sendable {
    /// The budget of everything that serves in this process: 512 MiB.
    public static let process = AssemblyBudget(bytesMax: 512 << 20)

    private let bytesMax: Int
    private let held = Atomic(0)
    /// The most that was held since nothing was.
    private let most = Atomic(0)

    /// So much memory is given back to the system when nothing is held any more: the allocator
    /// would keep what it got for a flood.
    private static let givenBackFrom = 32 << 20

    /// Makes a budget; 1 byte or more.
    public init(bytesMax: Int) { self.bytesMax = max(1, bytesMax) }

    /// Bytes that may still be taken; never negative.
    var room: Int { max(0, self.bytesMax - self.held.load(ordering: .relaxed)) }

    /// More is held, or less.
    func add(_ bytes: Int) {
        let held = self.held.wrappingAdd(bytes, ordering: .relaxed).newValue
        if bytes > 0 {
            self.most.max(held, ordering: .relaxed)
        } else if held == 0, self.most.exchange(0, ordering: .relaxed) >= Self.givenBackFrom {
            ProcessMemory.giveBack()
        }
    }
}
