internal import RPCCore
internal import Synchronization

/// Which connection has the first attempt of a hedged call.
final class HedgeSeat: Sendable {
    let first = Mutex<ClientPeer?>(nil)
}

extension RPCChannel {
    private enum Step: Sendable {
        case answer(Result<[UInt8], RPCError>)
        case slow
    }

    /// Tries a call that only reads at a second address when the first is slow; the first answer
    /// counts, and the other attempt is cancelled.
    func hedged(
        _ delay: Duration,
        _ attempt:
            @escaping @Sendable (HedgeSeat, Bool) async throws(RPCError)
            -> [UInt8]
    ) async throws(RPCError) -> [UInt8] {
        let seat = HedgeSeat()
        let result = await withTaskGroup(of: Step.self) { tasks in
            func run(isHedge: Bool) {
                tasks.addTask {
                    do throws(RPCError) {
                        return .answer(.success(try await attempt(seat, isHedge)))
                    } catch { return .answer(.failure(error)) }
                }
            }
            run(isHedge: false)
            tasks.addTask {
                _ = try? await Task.sleep(for: delay)
                return .slow
            }
            defer { tasks.cancelAll() }
            var running = 1
            while let step = await tasks.next() {
                switch step {
                case .slow:
                    guard !Task.isCancelled, self.mayHedge(seat) else { continue }
                    run(isHedge: true)
                    running += 1
                case .answer(let answer):
                    running -= 1
                    if case .success = answer { return answer }
                    if running == 0 { return answer }
                }
            }
            return .failure(RPCError.gaveUp)
        }
        return try result.get()
    }

    private func mayHedge(_ seat: HedgeSeat) -> Bool {
        guard let first = seat.first.withLock({ $0 }), self.hasReady(otherThan: first) else {
            return false
        }
        guard self.hedging.withLock({ $0.takeHedge() }) else { return false }
        self.count { counts in
            counts.attempts += 1
            counts.hedges += 1
        }
        return true
    }
}
