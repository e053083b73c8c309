import RPC
import RPCCore
import Testing

/// rpc.md part B: what travels beside the messages.
@Suite(.timeLimit(.minutes(1))) struct MetadataTests {
    private static let binary: [UInt8] = [0, 255, 128, 10]

    private func metadata(_ name: String) -> Metadata {
        var metadata = Metadata()
        metadata.add("\(name)-text", "grüße")
        metadata.add("\(name)-bin", binary: Self.binary)
        return metadata
    }

    @Test(arguments: Joint.allCases)
    func `RPC-17 text and bytes travel in request, headers and trailers`(
        joint: Joint
    ) async throws {
        var router = RPCRouter()
        router.unary(echo) { (request: Blob, context) in
            context.sendHeaders(context.metadata)
            context.addTrailer("trailer-text", "grüße")
            context.addTrailer("trailer-bin", binary: Self.binary)
            return request
        }
        try await withServer(joint, router: router) { channel, _ in
            let received = ReceivedMetadata()
            var options = CallOptions(metadata: self.metadata("request"))
            options.received = received
            let _: Blob = try await channel.unary(echo, Blob(), options: options)
            #expect(received.headers == self.metadata("request"))
            #expect(received.trailers == self.metadata("trailer"))
        }
    }

    @Test(arguments: Joint.allCases)
    func `RPC-18 repeated keys keep order and count, on success and on error`(
        joint: Joint
    ) async throws {
        var router = RPCRouter()
        router.unary(echo) { (request: Blob, context) in
            var trailers = Metadata()
            for entry in context.metadata.entries {
                if case .text(let text) = entry.value { trailers.add(entry.key, text) }
            }
            guard request.bytes.isEmpty else {
                throw RPCError(.aborted, "no", trailers: trailers)
            }
            for entry in trailers.entries {
                if case .text(let text) = entry.value { context.addTrailer(entry.key, text) }
            }
            return request
        }
        try await withServer(joint, router: router) { channel, _ in
            var sent = Metadata()
            for text in ["b", "a", "b", "c"] { sent.add("key", text) }
            let received = ReceivedMetadata()
            var options = CallOptions(metadata: sent)
            options.received = received
            let _: Blob = try await channel.unary(echo, Blob(), options: options)
            #expect(received.trailers == sent)
            let error = await failure {
                try await channel.unary(echo, Blob([1]), options: options) as Blob
            }
            #expect(error?.trailers == sent)
        }
    }

    @Test(arguments: Joint.allCases)
    func `RPC-25 headers that are sent arrive before the first message`(
        joint: Joint
    ) async throws {
        let seen = Signal()
        var router = RPCRouter()
        router.serverStreaming(count) { (_: Blob, writer: RPCWriter<Blob>, context) in
            context.sendHeaders(self.metadata("early"))
            await seen.wait()
            try await writer.send(Blob([1]))
        }
        try await withServer(joint, router: router) { channel, _ in
            let received = ReceivedMetadata()
            var options = CallOptions()
            options.received = received
            try await channel.serverStreaming(count, Blob(), options: options) {
                (reader: RPCReader<Blob>) in
                while received.headers == nil { await Task.yield() }
                seen.set()
                let first = try await reader.next()
                #expect(first == Blob([1]))
            }
            #expect(received.headers == self.metadata("early"))
        }
    }

    @Test func `RPC-26 a unary OK without a message is UNIMPLEMENTED for the caller`() async throws
    {
        let server = RawServer { peer, _ in
            peer.welcome()
            guard let stream = peer.request() else { return }
            peer.send(rawFrame(4, 0x09, stream))
            _ = peer.rest()
        }
        let channel = try RPCChannel("\(server.address)", group: group.get())
        let error = await failure { try await channel.unary(echo, Blob()) as Blob }
        #expect(error?.code == .unimplemented)
        await channel.close()
    }

    @Test func `RPC-27 two messages in a unary reply are UNIMPLEMENTED, and cancelled`()
        async throws
    {
        let cancelled = Signal()
        let server = RawServer { peer, _ in
            peer.welcome()
            guard let stream = peer.request() else { return }
            peer.send(rawFrame(3, 0, stream, body: [1]) + rawFrame(3, 0, stream, body: [2]))
            while let frame = peer.frame() {
                if frame.type == 6 && frame.stream == stream { cancelled.set() }
            }
        }
        let channel = try RPCChannel("\(server.address)", group: group.get())
        let error = await failure { try await channel.unary(echo, Blob()) as Blob }
        #expect(error?.code == .unimplemented)
        await cancelled.wait()
        await channel.close()
    }
}
