/// An actor that lives on an event loop, so that the loop's own work needs no lock for its state.
public protocol LoopActor: Actor {
    /// The loop, which is the actor's executor.
    nonisolated var loop: EventLoop { get }
}

extension LoopActor {
    /// Runs `body` as part of the actor, at once; traps outside of its loop.
    ///
    /// The same as `assumeIsolated`, which asks the runtime whose job runs, and asks it several
    /// times in a small call. A loop knows its thread by itself.
    @inline(__always)
    public nonisolated func onLoop<Result: Sendable>(
        _ body: (isolated Self) -> Result
    ) -> Result {
        self.loop.checkIsolated()
        return withoutActuallyEscaping(body) { body in
            // An isolated parameter is passed like any other: the type alone tells them apart.
            unsafeBitCast(body, to: ((Self) -> Result).self)(self)
        }
    }
}
