import Glibc
import Sockets
import Synchronization
import Testing

private let group = Result { try EventLoopGroup(threads: 2, name: "test") }

/// What one end of a stream heard, and a way to wait for it.
private final class Ear: StreamHandler {
    struct Heard {
        var bytes: [UInt8] = []
        var inputEnded = false
        var isClosed = false
        var error: SocketError?
        var socket: StreamSocket?
    }

    private let state = Mutex(Heard())
    private let changes = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
    private let answer: @Sendable (StreamSocket, [UInt8]) -> Void

    init(_ answer: @escaping @Sendable (StreamSocket, [UInt8]) -> Void = { _, _ in }) {
        self.answer = answer
    }

    var heard: Heard { self.state.withLock { $0 } }

    func attach(_ socket: StreamSocket) {
        self.state.withLock { $0.socket = socket }
        socket.activate(self)
    }

    /// Waits until what was heard fits.
    func wait(until fits: (Heard) -> Bool) async {
        if fits(self.heard) { return }
        for await _ in self.changes.stream where fits(self.heard) { return }
    }

    private func change(_ body: (inout Heard) -> Void) {
        self.state.withLock { body(&$0) }
        self.changes.continuation.yield()
    }

    func received(_ bytes: BorrowedBytes) {
        let copy = Array(bytes.raw)
        if let socket = self.heard.socket { self.answer(socket, copy) }
        self.change { $0.bytes += copy }
    }

    func wrote(queued: Int) {}
    func inputEnded() { self.change { $0.inputEnded = true } }
    func closed(_ error: SocketError?) {
        self.change {
            $0.isClosed = true
            $0.error = error
            $0.socket = nil
        }
    }
}

/// A listener whose connections all speak to one ear.
private func listen(
    _ text: String = "127.0.0.1:0",
    _ answer: @escaping @Sendable (StreamSocket, [UInt8]) -> Void = { _, _ in }
) throws -> (Listener, Ear) {
    let ear = Ear(answer)
    let listener = try Listener(try SocketAddress(parsing: text), group: try group.get()) {
        ear.attach($0)
    }
    return (listener, ear)
}

private func connect(_ address: SocketAddress) async throws -> (StreamSocket, Ear) {
    let loop = try group.get().next()
    let socket = try await StreamSocket.connect(to: address, loop: loop, timeout: .seconds(5))
    let ear = Ear()
    loop.execute { ear.attach(socket) }
    return (socket, ear)
}

@Suite struct StreamTests {
    @Test func `bytes go there and back, many at once`() async throws {
        let (listener, _) = try listen { socket, bytes in socket.send(bytes) }
        defer { listener.close() }
        let (socket, ear) = try await connect(listener.localAddress)
        let sent = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        socket.loop.execute {
            for start in stride(from: 0, to: sent.count, by: 1000) {
                socket.send(Array(sent[start..<start + 1000]))
            }
        }
        await ear.wait { $0.bytes.count == sent.count }
        #expect(ear.heard.bytes == sent)
        socket.loop.execute { socket.close() }
    }

    @Test func `what is queued leaves at once from the size on that the sender says`() async throws
    {
        let (listener, far) = try listen()
        defer { listener.close() }
        let (socket, _) = try await connect(listener.localAddress)
        let written = await withCheckedContinuation { continuation in
            socket.loop.execute {
                let written = [1998, 1, 1].map { count in
                    socket.send([UInt8](repeating: 1, count: count), atOnceFrom: 2000)
                    return socket.bytesWritten
                }
                continuation.resume(returning: written)
            }
        }
        #expect(written == [0, 0, 2000])
        socket.loop.execute { socket.send([2], atOnceFrom: 2000) }
        await far.wait { $0.bytes.count == 2001 }
        socket.loop.execute { socket.close() }
    }

    @Test func `what is queued leaves before the close`() async throws {
        let (listener, far) = try listen()
        defer { listener.close() }
        let (socket, near) = try await connect(listener.localAddress)
        socket.loop.execute {
            socket.send([UInt8](repeating: 1, count: 3_000_000))
            socket.closeAfterWrites()
        }
        await far.wait { $0.inputEnded || $0.isClosed }
        #expect(far.heard.bytes.count == 3_000_000)
        await near.wait { $0.isClosed }
        #expect(near.heard.error == nil)
    }

    @Test func `last words reach a peer that goes on sending, and that is read no more`()
        async throws
    {
        let (listener, far) = try listen()
        defer { listener.close() }
        let (socket, near) = try await connect(listener.localAddress)
        socket.loop.execute { socket.send([UInt8](repeating: 1, count: 4_000_000)) }
        await far.wait { !$0.bytes.isEmpty }
        let refusing = try #require(far.heard.socket)
        refusing.loop.execute {
            refusing.send([UInt8](repeating: 2, count: 3_000_000))
            refusing.closeAfterLastWords()
            refusing.resumeReading()
        }
        await near.wait { $0.inputEnded || $0.isClosed }
        let (hasEnded, taken) = (near.heard.inputEnded, near.heard.bytes.count)
        #expect(hasEnded)
        #expect(taken == 3_000_000)
        socket.loop.execute { socket.close() }
        await far.wait { $0.isClosed }
        let (error, unread) = (far.heard.error, 4_000_000 - far.heard.bytes.count)
        #expect(error == nil)
        #expect(unread > 0)
    }

    @Test func `a loop that ends closes who hears its last words, and holds nobody`() async throws {
        let (listener, far) = try listen()
        defer { listener.close() }
        let group = try EventLoopGroup(threads: 1)
        weak var forgotten: StreamSocket?
        do {
            let ear = Ear()
            let socket = try await StreamSocket.connect(
                to: listener.localAddress, loop: group.next(), timeout: .seconds(5))
            forgotten = socket
            socket.loop.execute {
                ear.attach(socket)
                socket.send([1])
                socket.closeAfterLastWords()
            }
            await far.wait { $0.inputEnded }
        }
        group.shutdown()
        // The other side never closes: the end of the loop does.
        let limit = ContinuousClock.now.advanced(by: .seconds(5))
        while forgotten != nil, ContinuousClock.now < limit { await Task.yield() }
        #expect(forgotten == nil)
    }

    @Test func `an end of output leaves the other direction open`() async throws {
        let (listener, far) = try listen()
        defer { listener.close() }
        let (socket, near) = try await connect(listener.localAddress)
        socket.loop.execute {
            socket.send([1, 2, 3])
            socket.endAfterWrites()
        }
        await far.wait { $0.inputEnded }
        #expect(far.heard.bytes == [1, 2, 3])
        let answering = try #require(far.heard.socket)
        answering.loop.execute {
            answering.send([4, 5])
            answering.closeAfterWrites()
        }
        await near.wait { $0.bytes.count == 2 }
        #expect(near.heard.bytes == [4, 5])
        socket.loop.execute { socket.close() }
    }

    @Test func `a paused reader pushes the sender back and loses nothing`() async throws {
        let (listener, far) = try listen()
        defer { listener.close() }
        let (socket, _) = try await connect(listener.localAddress)
        socket.loop.execute { socket.send([0]) }
        await far.wait { $0.bytes.count == 1 }
        let reader = try #require(far.heard.socket)
        let total = 20_000_000
        await withCheckedContinuation { paused in
            reader.loop.execute {
                reader.pauseReading()
                paused.resume()
            }
        }
        socket.loop.execute { socket.send([UInt8](repeating: 9, count: total)) }
        let queued = await withCheckedContinuation { told in
            socket.loop.schedule(after: .milliseconds(50)) {
                told.resume(returning: socket.queuedBytes)
            }
        }
        #expect(queued > 0)
        reader.loop.execute { reader.resumeReading() }
        await far.wait { $0.bytes.count == total + 1 }
        socket.loop.execute { socket.close() }
        await far.wait { $0.isClosed || $0.inputEnded }
    }

    @Test func `a port where nobody listens refuses`() async throws {
        let (listener, _) = try listen()
        let address = listener.localAddress
        listener.close()
        let error = await #expect(throws: SocketError.self) {
            while true {
                // Until the listener's loop has closed it, an attempt may come in and be cut.
                do { _ = try await connect(address) } catch let error as SocketError {
                    if error.code != .reset { throw error }
                }
            }
        }
        #expect(error?.code == .refused)
    }

    @Test func `BAD-10 a port in use cannot be had twice`() throws {
        let (listener, _) = try listen()
        defer { listener.close() }
        let error = #expect(throws: SocketError.self) {
            _ = try listen(listener.localAddress.description)
        }
        #expect(error?.code == .addressUnavailable)
    }

    @Test func `BAD-10 an address of another machine cannot be had`() {
        let error = #expect(throws: SocketError.self) { _ = try listen("192.0.2.1:0") }
        #expect(error?.code == .addressUnavailable)
    }

    @Test func `a name that does not exist is told as such`() async throws {
        let address = try SocketAddress(parsing: "no-such-host.invalid:1")
        let error = await #expect(throws: SocketError.self) { _ = try await connect(address) }
        #expect(error?.code == .nameNotFound)
    }

    @Test func `a path serves as an address`() async throws {
        let path = "unix:/tmp/tally-test-\(UInt64.random(in: 0...UInt64.max)).sock"
        let (listener, far) = try listen(path)
        defer { listener.close() }
        let (socket, _) = try await connect(try SocketAddress(parsing: path))
        socket.loop.execute {
            socket.send([7])
            socket.closeAfterWrites()
        }
        await far.wait { $0.bytes == [7] }
    }

    @Test func `BAD-10 a path is taken over from the dead, never from the living or a file`()
        async throws
    {
        let path = "/tmp/tally-test-\(UInt64.random(in: 0...UInt64.max)).sock"
        // What a process leaves behind that was killed: bound, and nobody listens.
        leaveBehind(path)
        let (listener, _) = try listen("unix:\(path)")
        let error = #expect(throws: SocketError.self) { try listen("unix:\(path)") }
        #expect(error?.code == .addressUnavailable)
        #expect(error?.message.contains("somebody listens") == true)
        listener.close()
        while access(path, F_OK) == 0 { await Task.yield() }
        close(open(path, O_CREAT | O_WRONLY, 0o600))
        let refusal = #expect(throws: SocketError.self) { try listen("unix:\(path)") }
        #expect(refusal?.message.contains("is no socket") == true)
        #expect(access(path, F_OK) == 0)
        unlink(path)
    }

    private func leaveBehind(_ path: String) {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        #expect(status == 0)
        close(descriptor)
    }

    @Test func `timers fire in the order of their times, cancelled ones never`() async throws {
        let loop = try group.get().next()
        let order = Mutex<[Int]>([])
        await withCheckedContinuation { done in
            loop.execute {
                loop.schedule(after: .milliseconds(30)) { done.resume() }
                loop.schedule(after: .milliseconds(20)) { order.withLock { $0.append(2) } }
                loop.schedule(after: .milliseconds(5)) { order.withLock { $0.append(1) } }
                loop.schedule(after: .milliseconds(10)) { order.withLock { $0.append(9) } }.cancel()
            }
        }
        #expect(order.withLock { $0 } == [1, 2])
    }

    @Test func `a task that prefers a loop runs on its thread`() async throws {
        let loop = try group.get().next()
        let isInLoop = await Task(executorPreference: loop.tasks) { loop.isInLoop }.value
        #expect(isInLoop)
        #expect(!loop.isInLoop)
    }
}
