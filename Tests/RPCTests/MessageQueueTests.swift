import RPCCore
import Sockets
import Testing

@testable import RPC

/// What waits between a connection and the application.
@Suite struct MessageQueueTests {
    private func numbers(_ range: Range<UInt8>) -> [MessageRun] {
        range.map { MessageRun([$0]) }
    }

    private func taken(_ queue: MessageQueue) -> [UInt8]? {
        queue.take().map { Array($0.bytes[$0.start..<$0.start + $0.count]) }
    }

    @Test func `what was pushed is taken in order`() {
        let queue = MessageQueue()
        for run in self.numbers(0..<100) { queue.push(run) }
        for number in 0..<UInt8(50) { #expect(self.taken(queue) == [number]) }
        for run in self.numbers(100..<200) { queue.push(run) }
        for number in 50..<UInt8(200) { #expect(self.taken(queue) == [number]) }
        #expect(self.taken(queue) == nil)
    }

    @Test func `the sender hears when nothing is left, and of each 16 KiB of credit`() {
        let queue = MessageQueue()
        for _ in 0..<40 { queue.push(MessageRun([UInt8](repeating: 1, count: 1024))) }
        var told: [Int] = []
        var untold = 0
        while let message = queue.take() {
            untold += 1
            guard message.isTold else { continue }
            let taken = queue.told()
            #expect(taken.bytes == taken.messages * 1024)
            #expect(taken.messages == untold)
            told.append(taken.messages)
            untold = 0
        }
        #expect(told == [16, 16, 8])
        #expect(queue.told().messages == 0)
    }

    @Test func `after an end what waits can be taken, after an abort it cannot`() async throws {
        let ended = MessageQueue()
        ended.push(MessageRun([1]))
        ended.finish(nil)
        ended.push(MessageRun([2]))
        #expect(try await ended.next()?.bytes == [1])
        #expect(try await ended.next() == nil)
        let failed = MessageQueue()
        failed.push(MessageRun([1]))
        failed.finish(RPCError(.aborted, "no"))
        #expect(try await failed.next()?.bytes == [1])
        #expect(await failure { try await failed.next() }?.code == .aborted)
        let aborted = MessageQueue()
        aborted.push(MessageRun([1]))
        aborted.push(MessageRun([2]))
        aborted.abort(RPCError(.aborted, "no"))
        #expect(self.taken(aborted) == nil)
        #expect(await failure { try await aborted.next() }?.code == .aborted)
    }

    @Test func `who waits goes on with a message, an end, or a cancellation`() async throws {
        let loop = try group.get().next()
        let queue = MessageQueue()
        // On one loop each step runs until it waits: the reader waits before the first push.
        async let words: [String] = Task(executorPreference: loop.tasks) {
            var words: [String] = []
            while let message = try await queue.next() { words.append("\(message.bytes)") }
            return words
        }.value
        loop.execute { queue.push(MessageRun([1])) }
        loop.execute { queue.push(MessageRun([2])) }
        loop.execute { queue.finish(nil) }
        #expect(try await words == ["[1]", "[2]"])
        let silent = MessageQueue()
        let reader = Task(executorPreference: loop.tasks) { try await silent.next() == nil }
        loop.execute { reader.cancel() }
        #expect(await failure { try await reader.value }?.code == .cancelled)
        let late = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await silent.next() == nil
        }
        #expect(await failure { try await late.value }?.code == .cancelled)
    }
}
