import RPC
import RPCCore
import Testing

/// Many calls of all kinds at once.
@Suite(.timeLimit(.minutes(1))) struct MixedLoadTests {
    /// One call whose answer follows from its number; false when it was another's.
    private func call(_ number: Int, _ channel: RPCChannel) async throws -> Bool {
        switch number % 4 {
        case 0:
            let reply: Blob = try await channel.unary(echo, blob(number))
            return reply.number == number
        case 1:
            let sizes = [number % 100, number % 7]
            let request = Blob(sizes.flatMap { blob($0).bytes })
            return try await channel.serverStreaming(count, request) { (reader: RPCReader<Blob>) in
                var seen: [Int] = []
                while let message = try await reader.next() { seen.append(message.bytes.count) }
                return seen == sizes
            }
        case 2:
            let total: Blob = try await channel.clientStreaming(sum) { writer in
                try await writer.send(Blob(count: number % 50))
                try await writer.send(Blob(count: number % 3))
            }
            return total.number == number % 50 + number % 3
        default:
            return try await channel.bidirectional(chat) {
                (writer: RequestWriter<Blob>, reader: RPCReader<Blob>) in
                try await writer.send(blob(number))
                let reply = try await reader.next()
                await writer.finish()
                let rest = try await reader.next()
                return reply?.number == number && rest == nil
            }
        }
    }

    @Test(arguments: Joint.allCases)
    func `RPC-16 ten thousand calls of all kinds get their own replies`(
        joint: Joint
    ) async throws {
        try await withServer(joint) { channel, server in
            let right = try await withThrowingTaskGroup(of: Int.self) { tasks in
                for worker in 0..<64 {
                    tasks.addTask {
                        var right = 0
                        for number in stride(from: worker, to: 10_000, by: 64) {
                            right += try await self.call(number, channel) ? 1 : 0
                        }
                        return right
                    }
                }
                return try await tasks.reduce(0, +)
            }
            #expect(right == 10_000)
            while await server.callsInFlight > 0 { await Task.yield() }
        }
    }
}
