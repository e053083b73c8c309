import Sockets
import Synchronization
import Testing

/// The order of work in a turn of the loop.
@Suite struct TurnTests {
    private let loop: EventLoop
    private let said = Said()

    private final class Said: Sendable {
        private let words = Mutex<[String]>([])

        var all: [String] { self.words.withLock { $0 } }

        func say(_ word: String) { self.words.withLock { $0.append(word) } }
    }

    init() throws { self.loop = try EventLoop(name: "turns") }

    /// Runs on the loop, and comes back when everything is done that it queued.
    private func ran(_ work: @escaping @Sendable () -> Void) async {
        await withCheckedContinuation { done in
            self.loop.execute {
                work()
                // Behind all rounds of this turn.
                self.loop.schedule(after: .milliseconds(1)) { done.resume() }
            }
        }
    }

    @Test func `what is kept for last is done behind what is queued later`() async {
        let (loop, said) = (self.loop, self.said)
        await self.ran {
            loop.executeLast {
                said.say("last")
                loop.execute { said.say("behind the last") }
            }
            loop.execute {
                said.say("first")
                loop.execute { said.say("second") }
            }
        }
        #expect(said.all == ["first", "second", "last", "behind the last"])
        loop.shutdown()
    }

    @Test func `tasks that feed each other do not keep the last from being done`() async {
        let (loop, said) = (self.loop, self.said)
        let mayFeed = Atomic(true)
        @Sendable func feed() {
            guard mayFeed.load(ordering: .relaxed) else { return }
            loop.execute { feed() }
        }
        await withCheckedContinuation { done in
            loop.execute {
                loop.executeLast {
                    said.say("last")
                    done.resume()
                }
                feed()
            }
        }
        mayFeed.store(false, ordering: .relaxed)
        #expect(said.all == ["last"])
        loop.shutdown()
    }
}
