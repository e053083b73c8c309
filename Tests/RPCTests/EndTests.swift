import RPCCore
import Sockets
import Synchronization
import Testing

@testable import RPC

/// How connections end, and what is known of them until then.
@Suite(.timeLimit(.minutes(1))) struct EndTests {
    /// Less than the server keeps for a client that does not read, more than the kernel takes.
    private static let answers = 3

    /// A client that reads slowly has a right to its answers as long as the grace lasts: it took
    /// the calls' replies for lost that had been sent, but not read, within a second.
    @Test func `RPC-75 a drain waits for a client that takes its answers slowly`() async throws {
        let server = try RPCServer(
            SocketAddress(host: "127.0.0.1", port: 0), router: standardRouter(),
            configuration: ServerConfiguration(), group: group.get())
        let address = server.localAddress
        let (answered, drained, late) = (Signal(), Signal(), Signal())
        let path = Array("/test.Test/Sized".utf8)
        let requests = (1...UInt32(Self.answers)).flatMap {
            rawFrame(2, 1, $0, header: [0x0A, UInt8(path.count)] + path)
        }
        let seen = Mutex(0)
        let reader = Task {
            await withCheckedContinuation { continuation in
                onThread {
                    let peer = RawPeer(connectingTo: address, receiveBuffer: 8 * 1024)
                    peer.greet()
                    peer.send(requests)
                    answered.set()
                    while !late.isSet { pause(milliseconds: 20) }
                    while let frame = peer.frame() {
                        // The server says goodbye, and is answered: nothing more comes from here.
                        if frame.type == 9 { peer.send(rawFrame(9, 0x10, 0)) }
                        if frame.type == 4 { seen.withLock { $0 += 1 } }
                    }
                    continuation.resume()
                }
            }
        }
        await answered.wait()
        while await server.callsInFlight > 0 || server.connections == 0 { await Task.yield() }
        let stopping = Task {
            await server.shutdown(grace: .seconds(30))
            drained.set()
        }
        // More than the second that a peer at fault gets for its last words.
        await turns(of: .milliseconds(2500))
        #expect(!drained.isSet)
        late.set()
        await reader.value
        await stopping.value
        #expect(seen.withLock { $0 } == Self.answers)
    }

    @Test func `a client that never takes its answers is given up with the grace`() async throws {
        let server = try RPCServer(
            SocketAddress(host: "127.0.0.1", port: 0), router: standardRouter(),
            configuration: ServerConfiguration(), group: group.get())
        let address = server.localAddress
        let (asked, done) = (Signal(), Signal())
        let path = Array("/test.Test/Sized".utf8)
        onThread {
            let peer = RawPeer(connectingTo: address, receiveBuffer: 8 * 1024)
            peer.greet()
            for id in 1...UInt32(Self.answers) {
                peer.send(rawFrame(2, 1, id, header: [0x0A, UInt8(path.count)] + path))
            }
            asked.set()
            while !done.isSet { pause(milliseconds: 20) }
        }
        await asked.wait()
        let start = ContinuousClock.now
        await server.shutdown(grace: .milliseconds(700))
        #expect(ContinuousClock.now - start >= .milliseconds(600))
        #expect(server.connections == 0)
        done.set()
    }

    /// It has no call, and need not wait for the end of the grace.
    @Test func `RPC-75 a client that never confirms a drain is told twice, and then left`()
        async throws
    {
        let server = try RPCServer(
            SocketAddress(host: "127.0.0.1", port: 0), router: standardRouter(),
            configuration: ServerConfiguration(), group: group.get())
        let address = server.localAddress
        let answered = Signal()
        let reader = Task {
            await withCheckedContinuation { continuation in
                onThread {
                    let peer = RawPeer(connectingTo: address)
                    peer.greet()
                    peer.send(echoRequest(7))
                    _ = peer.frame()
                    answered.set()
                    var farewells: [[UInt8]] = []
                    while let frame = peer.frame() { farewells.append(frame.header) }
                    continuation.resume(returning: farewells)
                }
            }
        }
        await answered.wait()
        let start = ContinuousClock.now
        await server.shutdown(grace: .seconds(30))
        #expect(ContinuousClock.now - start < .seconds(5))
        let farewells = await reader.value
        // Up to the last id there is, then up to the last that came.
        #expect(farewells.map { Array($0.prefix(2)) } == [[0x08, 0xFF], [0x08, 7]])
    }

    @Test func `what reads on when its call has ended hears of the end`() async throws {
        let heard = AsyncStream<StatusCode?>.makeStream()
        var router = RPCRouter()
        router.bidirectional(chat) { (reader: RPCReader<Blob>, _: RPCWriter<Blob>, _) in
            Task {
                let error = await failure { while try await reader.next() != nil {} }
                heard.continuation.yield(error?.code)
            }
        }
        try await withServer(router: router) { channel, _ in
            try await channel.bidirectional(chat) {
                (_: RequestWriter<Blob>, reader: RPCReader<Blob>) in
                while try await reader.next() != nil {}
            }
            var codes = heard.stream.makeAsyncIterator()
            #expect(await codes.next() == .cancelled)
        }
    }

    @Test func `a request in pieces that is never whole ends with its deadline`() async throws {
        try await withServer { _, server in
            let address = server.localAddress
            await withCheckedContinuation { continuation in
                onThread {
                    let peer = RawPeer(connectingTo: address)
                    peer.greet()
                    let path = Array("/test.Test/Echo".utf8)
                    // MORE, and 50 ms.
                    let header = [0x0A, UInt8(path.count)] + path + [0x10, 0xD0, 0x86, 0x03]
                    peer.send(rawFrame(2, 2, 1, header: header, body: [1]))
                    let status = peer.frame()
                    #expect(status?.type == 4 && status?.stream == 1)
                    #expect(status?.header.prefix(2) == [0x08, 4])
                    continuation.resume()
                }
            }
        }
    }

    /// A server that sends its client away and goes on with the call that it has.
    private func leaving(_ seen: Signal, _ go: Signal) -> RawServer {
        RawServer { peer, number in
            peer.welcome()
            _ = peer.frame()
            guard number == 0 else {
                peer.send(rawFrame(4, 1, 1, body: [8]))
                _ = peer.frame()
                return
            }
            // GOAWAY, up to the last id there is.
            peer.send(rawFrame(9, 0, 0, header: [0x08, 0xFF, 0xFF, 0xFF, 0xFF, 0x07]))
            _ = peer.frame()
            seen.set()
            while !go.isSet { pause(milliseconds: 5) }
            peer.send(rawFrame(4, 1, 1, body: [7]))
            _ = peer.frame()
        }
    }

    @Test func `a connection that is being left is shown until it has ended`() async throws {
        let (seen, go) = (Signal(), Signal())
        let server = self.leaving(seen, go)
        let ends = Mutex(0)
        var client = ClientConfiguration()
        client.connectionEnded = { _, _ in ends.withLock { $0 += 1 } }
        let channel = try RPCChannel(
            "\(server.address)", configuration: client, group: group.get())
        let first = Task { try await channel.unary(echo, Blob([1])) as Blob }
        await seen.wait()
        while await channel.snapshot().connections.first?.state != "draining" {
            await Task.yield()
        }
        let second: Blob = try await channel.unary(echo, Blob([1]))
        #expect(second == Blob([8]))
        let states = await channel.snapshot().connections.map { "\($0.state) \($0.openCalls)" }
        #expect(states.sorted() == ["draining 1", "open 0"])
        #expect(await channel.snapshot().addresses == 1)
        #expect(ends.withLock { $0 } == 0)
        go.set()
        #expect(try await first.value == Blob([7]))
        while await channel.snapshot().connections.map(\.state) != ["open"] { await Task.yield() }
        #expect(ends.withLock { $0 } == 1)
        await channel.close()
    }

    @Test func `a channel that is closed ends the calls on connections that it leaves, too`()
        async throws
    {
        let (seen, go) = (Signal(), Signal())
        let server = self.leaving(seen, go)
        let channel = try RPCChannel("\(server.address)", group: group.get())
        let first = Task { await failure { try await channel.unary(echo, Blob([1])) as Blob } }
        await seen.wait()
        while await channel.snapshot().connections.first?.state != "draining" {
            await Task.yield()
        }
        await channel.close()
        #expect(await first.value?.code == .unavailable)
        go.set()
    }

    @Test(arguments: [nil, -1] as [Int32?])
    func `RPC-84 a server that says never is not asked again, whether it saw the call or not`(
        pushback: Int32?
    ) async throws {
        let asked = Mutex(0)
        let server = RawServer { peer, _ in
            peer.welcome()
            while let frame = peer.frame() {
                guard frame.type == 2 else { continue }
                asked.withLock { $0 += 1 }
                // UNAVAILABLE, no handler saw it; field 7 is a zigzag number.
                var header: [UInt8] = [0x08, 14]
                if pushback != nil { header += [0x38, 1] }
                peer.send(rawFrame(4, 0x29, frame.stream, header: header))
            }
        }
        let channel = try RPCChannel("\(server.address)", group: group.get())
        let error = await failure { try await channel.unary(echo, Blob()) as Blob }
        #expect(error?.code == .unavailable)
        #expect(asked.withLock { $0 } == (pushback == nil ? 2 : 1))
        await channel.close()
    }

    @Test func `RPC-83 a probe is not decided by calls that say nothing of the time since`() {
        let start = Moment(sinceZero: 0)
        var breaker = CircuitBreaker()
        for _ in 0..<CircuitBreaker.window { breaker.ended(failed: true, at: start) }
        let probing = start + .milliseconds(100)
        #expect(breaker.admits(at: probing) == true)
        // One was given up, one had begun before the breaker opened.
        breaker.ended(failed: nil, at: probing)
        breaker.ended(failed: false, began: start + .milliseconds(-1), at: probing)
        #expect(breaker.state != .closed)
        breaker.ended(failed: false, began: probing, at: probing + .milliseconds(1))
        #expect(breaker.state == .closed)
    }

    /// A message that never parses.
    private struct Strict: RPCMessage {
        init() {}
        init(decoding bytes: UnsafeRawBufferPointer) throws(RPCError) {
            throw RPCError(.internalError, "never")
        }
        func encode(into bytes: inout [UInt8]) {}
    }

    @Test func `a reply that does not parse is no success`() async throws {
        let codes = Mutex<[StatusCode]>([])
        var client = ClientConfiguration()
        client.callEnded = { call in codes.withLock { $0.append(call.code) } }
        try await withServer(client: client) { channel, _ in
            for _ in 0..<2 {
                let error = await failure { try await channel.unary(echo, Blob()) as Strict }
                #expect(error?.code == .internalError)
            }
        }
        #expect(codes.withLock { $0 } == [.internalError, .internalError])
    }

    // MARK: Learned limits

    private func windows(_ limit: inout AdaptiveLimit, _ count: Int, _ latency: Duration) {
        for _ in 0..<count {
            for _ in 0..<AdaptiveLimit.samples {
                self.now = self.now + .milliseconds(1)
                limit.ended(after: latency, now: self.now)
            }
        }
    }

    private var now: ContinuousClock.Instant {
        get { self.clock.withLock { $0 } }
        nonmutating set { self.clock.withLock { $0 = newValue } }
    }
    private let clock = Clock()

    private final class Clock: Sendable {
        private let state = Mutex(ContinuousClock.now)
        func withLock<Value>(_ body: (inout ContinuousClock.Instant) -> Value) -> Value {
            self.state.withLock { state in
                var copy = state
                let value = body(&copy)
                state = copy
                return value
            }
        }
    }

    @Test func `one odd quick call does not keep a method to a few for ever`() {
        var limit = AdaptiveLimit(now: self.now)
        self.windows(&limit, 3, .milliseconds(10))
        // 1,000 a second × (2.3 × 10 ms − 10 ms).
        #expect(limit.limit == 13)
        self.now = self.now + .milliseconds(1)
        limit.ended(after: .microseconds(10), now: self.now)
        for _ in 1..<AdaptiveLimit.samples {
            self.now = self.now + .milliseconds(1)
            limit.ended(after: .milliseconds(10), now: self.now)
        }
        self.windows(&limit, 3, .milliseconds(10))
        #expect((12...13).contains(limit.limit))
    }

    @Test func `a method whose calls became longer is learned again`() {
        var limit = AdaptiveLimit(now: self.now)
        self.windows(&limit, 3, .milliseconds(10))
        self.windows(&limit, 3, .milliseconds(100))
        #expect(limit.limit == AdaptiveLimit.smallest)
        self.windows(&limit, AdaptiveLimit.remembered + 3, .milliseconds(100))
        // 1,000 a second × (2.3 × 100 ms − 100 ms).
        #expect(limit.limit == 130)
    }
}
