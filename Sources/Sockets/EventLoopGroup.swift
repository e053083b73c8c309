private import Glibc
private import Synchronization

/// Several loops that share the work; a connection lives and dies on one of them.
public final class EventLoopGroup: Sendable {
    /// The loops, at least one.
    public let loops: [EventLoop]
    private let turn = Atomic<Int>(0)

    /// Most loops of one group: more threads than this never helped a service of ours.
    public static let threadsMax = 64

    /// Starts the loops.
    ///
    /// - Parameter threads: 1...64; by default one for each core.
    /// - Throws: `SocketError` when the system gives no thread or descriptor.
    public init(threads: Int? = nil, name: String = "loop") throws(SocketError) {
        let cores = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        let count = min(max(threads ?? cores, 1), Self.threadsMax)
        var loops: [EventLoop] = []
        for index in 0..<count { loops.append(try EventLoop(name: "\(name)-\(index)")) }
        self.loops = loops
    }

    /// The next loop in turn.
    public func next() -> EventLoop {
        let number = self.turn.wrappingAdd(1, ordering: .relaxed).oldValue
        return self.loops[Int(UInt(bitPattern: number) % UInt(self.loops.count))]
    }

    /// Ends all threads after their queued work.
    public func shutdown() {
        for loop in self.loops { loop.shutdown() }
    }
}
