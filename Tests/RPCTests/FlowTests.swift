import RPC
import RPCCore
import Synchronization
import Testing

/// rpc.md part D: a reader that stops holds its sender, and nobody else.
@Suite struct FlowTests {
    /// Sends numbered messages of 1 KiB until stopped, and tells how many left.
    private func flood(_ sent: Atomic<Int>.Box, _ stuck: Signal) -> RPCRouter {
        var router = standardRouter()
        let flood = method("Flood", .serverStreaming)
        router.serverStreaming(flood) { (request: Blob, writer: RPCWriter<Blob>, _) in
            for number in 0..<request.number {
                // The window holds 240 messages of 1 KiB and 64 bytes; one more may begin.
                if number == 242 { stuck.set() }
                try await writer.send(Blob(blob(number).bytes + [UInt8](repeating: 0, count: 1016)))
                sent.value.add(1, ordering: .relaxed)
            }
        }
        return router
    }

    private let flood = method("Flood", .serverStreaming)

    @Test(arguments: Joint.allCases)
    func `RPC-37 a reader that stops holds its sender at one window, others go on`(
        joint: Joint
    ) async throws {
        let (sent, stuck) = (Atomic<Int>.Box(), Signal())
        try await withServer(joint, router: self.flood(sent, stuck)) { channel, _ in
            try await channel.serverStreaming(self.flood, blob(10_000)) {
                (reader: RPCReader<Blob>) in
                _ = try await reader.next()
                for number in 0..<200 {
                    let reply: Blob = try await channel.unary(echo, blob(number))
                    #expect(reply.number == number)
                }
                let count = sent.value.load(ordering: .relaxed)
                #expect(count <= 1 + 256 * 1024 / (1024 + 64) + 1)
            }
        }
    }

    @Test(arguments: Joint.allCases)
    func `RPC-38 a reader that goes on gets everything in order`(joint: Joint) async throws {
        let (sent, stuck) = (Atomic<Int>.Box(), Signal())
        try await withServer(joint, router: self.flood(sent, stuck)) { channel, _ in
            try await channel.serverStreaming(self.flood, blob(2_000)) {
                (reader: RPCReader<Blob>) in
                var expected = 0
                for try await message in reader {
                    #expect(Blob(Array(message.bytes.prefix(8))).number == expected)
                    expected += 1
                }
                #expect(expected == 2_000)
            }
        }
    }

    @Test(arguments: Joint.allCases)
    func `RPC-40 ten million empty messages stop at the window of a reader that has stopped`(
        joint: Joint
    ) async throws {
        let (sent, meter) = (Atomic<Int>.Box(), ConnectionMeter())
        var router = RPCRouter()
        router.unary(sized) { (_: Blob, _) in Blob(count: 314_159) }
        router.serverStreaming(count) { (_: Blob, writer: RPCWriter<Blob>, _) in
            for _ in 0..<10_000_000 {
                try await writer.send(Blob())
                sent.value.add(1, ordering: .relaxed)
            }
        }
        var server = ServerConfiguration()
        server.meter = meter
        try await withServer(joint, router: router, server: server) { channel, _ in
            try await channel.serverStreaming(count, Blob()) { (reader: RPCReader<Blob>) in
                while meter.counts.windowStalls == 0 { await Task.yield() }
                // 256 KiB of credit, 64 bytes for each message that has none of its own.
                #expect(sent.value.load(ordering: .relaxed) == 4096)
                // Others are not held up.
                let reply: Blob = try await channel.unary(sized, Blob())
                #expect(reply.bytes.count == 314_159)
                var got = 0
                while got < 10_000, try await reader.next() != nil { got += 1 }
                #expect(got == 10_000)
            }
        }
    }

    @Test func `RPC-39 a message larger than the window passes`() async throws {
        try await withServer { channel, _ in
            let request = Blob(blob(1_000_000).bytes)
            let size = try await channel.serverStreaming(count, request) {
                (reader: RPCReader<Blob>) in try await reader.next()?.bytes.count
            }
            #expect(size == 1_000_000)
        }
    }

    private struct Failure: Error {}

    @Test func `RPC-41 handlers that read nothing cost the connection no credit in 100,000 calls`()
        async throws
    {
        var router = standardRouter()
        let deaf = method("Deaf", .clientStreaming)
        router.clientStreaming(deaf) { (_: RPCReader<Blob>, _) in Blob([1]) }
        try await withServer(router: router) { channel, _ in
            try await withThrowingTaskGroup(of: Void.self) { callers in
                for caller in 0..<50 {
                    callers.addTask {
                        for call in 0..<2000 {
                            // Now and then a message of several frames.
                            let size = call % 200 == caller ? 100_000 : 64
                            let reply: Blob = try await channel.clientStreaming(deaf) {
                                (writer: RPCWriter<Blob>) in
                                try? await writer.send(Blob(count: size))
                            }
                            guard reply == Blob([1]) else { throw Failure() }
                        }
                    }
                }
                try await callers.waitForAll()
            }
            let total: Blob = try await channel.clientStreaming(sum) {
                (writer: RPCWriter<Blob>) in
                for _ in 0..<10 { try await writer.send(Blob(count: 100_000)) }
            }
            #expect(total.number == 1_000_000)
        }
    }
}

extension Atomic where Value == Int {
    /// An atomic that closures can share.
    final class Box: Sendable {
        let value = Atomic<Int>(0)
    }
}
