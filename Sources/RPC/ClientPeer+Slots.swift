internal import RPCCore
internal import Sockets

// Calls that wait for a free stream.
extension ClientPeer {
    func waitForSlot(_ until: Moment?) async throws(RPCError) {
        guard self.slotWaiters.count < self.configuration.queuedCallsMax else {
            let error = RPCError(
                .resourceExhausted, "\(self.slotWaiters.count) calls wait for \(self.address)",
                reason: ErrorReason.queueFull)
            throw self.told(error, phase: Self.queued)
        }
        self.nextWaiter += 1
        let number = self.nextWaiter
        let timer = until.map {
            self.loop.schedule(at: $0.instant) {
                self.onLoop { $0.releaseSlotWaiter(number) }
            }
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                // On its way here the task may have been put aside: the world is another one.
                let isLate = until.map { $0 <= Moment.now } ?? false
                if Task.isCancelled || isLate || !self.takesCalls || self.machine.hasFreeStream {
                    continuation.resume()
                } else {
                    self.slotWaiters.append(SlotWaiter(number: number, continuation: continuation))
                }
            }
        } onCancel: {
            self.loop.execute { self.onLoop { $0.releaseSlotWaiter(number) } }
        }
        timer?.cancel()
        if Task.isCancelled { throw RPCError.gaveUp }
        if let until, Moment.now >= until {
            throw self.told(.expired(phase: Self.queued), phase: Self.queued)
        }
    }

    private func releaseSlotWaiter(_ number: UInt64) {
        let index = self.slotWaiters.firstIndex { $0.number == number }
        if let index { self.slotWaiters.remove(at: index).continuation.resume() }
    }

    func releaseSlots() {
        while !self.slotWaiters.isEmpty, self.machine.hasFreeStream || !self.takesCalls {
            self.slotWaiters.removeFirst().continuation.resume()
            if self.takesCalls { break }
        }
    }
}
