internal import Glibc
private import Synchronization

extension StreamSocket {
    /// Connects to an address, trying each of the host's addresses in turn.
    ///
    /// Names are resolved on a thread of their own. Cancelling the task ends the attempt.
    ///
    /// - Returns: a connected socket of `loop`, which is to be activated there.
    /// - Throws: `SocketError` with `refused`, `timeout`, `nameNotFound` or `system`.
    public static func connect(
        to address: SocketAddress, loop: EventLoop, timeout: Duration
    ) async throws(SocketError) -> StreamSocket {
        let deadline = ContinuousClock.now.advanced(by: timeout)
        let candidates = try await self.resolve(address, loop, until: deadline)
        var failure = SocketError(.nameNotFound, "\(address) has no address")
        for candidate in candidates {
            do {
                return try await ConnectAttempt.run(candidate, address, loop, until: deadline)
            } catch {
                failure = error
                if error.code == .timeout { break }
            }
        }
        throw failure
    }

    static func resolve(
        _ address: SocketAddress, _ loop: EventLoop, until deadline: ContinuousClock.Instant
    ) async throws(SocketError) -> [ResolvedAddress] {
        if let numeric = try? ResolvedAddress.resolve(address, numericOnly: true) {
            return numeric
        }
        let promise = Promise<[ResolvedAddress]>()
        let timer = loop.schedule(after: deadline - ContinuousClock.now) {
            promise.fulfil(.failure(SocketError(.timeout, "\(address): the resolver is slow")))
        }
        defer { timer.cancel() }
        let started = startThread(name: "resolve") {
            promise.fulfil(
                Result { () throws(SocketError) in try ResolvedAddress.resolve(address) })
        }
        if !started { throw SocketError(.system, "no thread to resolve \(address)") }
        return try await promise.value()
    }
}

/// One attempt to reach one address.
private final class ConnectAttempt: EventSource, Sendable {
    private let descriptor: Int32
    private let address: SocketAddress
    private let loop: EventLoop
    private let promise = Promise<StreamSocket>()
    private let isPending = Mutex(true)

    private init(_ descriptor: Int32, _ address: SocketAddress, _ loop: EventLoop) {
        self.descriptor = descriptor
        self.address = address
        self.loop = loop
    }

    static func run(
        _ target: ResolvedAddress, _ address: SocketAddress, _ loop: EventLoop,
        until deadline: ContinuousClock.Instant
    ) async throws(SocketError) -> StreamSocket {
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = try systemCall("socket") { socket(target.family, kind, 0) }
        SocketOptions.tune(descriptor)
        let attempt = ConnectAttempt(descriptor, address, loop)
        loop.execute { attempt.start(target) }
        let timer = loop.schedule(after: deadline - ContinuousClock.now) {
            attempt.fail(SocketError(.timeout, "connect \(address): no answer in time"))
        }
        defer { timer.cancel() }
        return try await attempt.promise.value {
            loop.execute { attempt.fail(SocketError(.system, "connect \(address): cancelled")) }
        }
    }

    private func start(_ target: ResolvedAddress) {
        let status = target.withSockaddr { Glibc.connect(self.descriptor, $0, $1) } ?? -1
        let number = errno
        if status == 0 { return self.succeed(watched: false) }
        guard number == EINPROGRESS || number == EINTR else {
            return self.fail(.system("connect \(self.address)", errno: number), watched: false)
        }
        do {
            try self.loop.core.add(self, self.descriptor, .writable)
        } catch {
            self.fail(error, watched: false)
        }
    }

    func ready(_ readiness: Readiness) {
        var number: Int32 = 0
        var length = socklen_t(4)
        getsockopt(self.descriptor, SOL_SOCKET, SO_ERROR, &number, &length)
        if number == 0 {
            self.succeed(watched: true)
        } else {
            self.fail(.system("connect \(self.address)", errno: number))
        }
    }

    private func settle() -> Bool {
        self.isPending.withLock { isPending in
            defer { isPending = false }
            return isPending
        }
    }

    private func succeed(watched: Bool) {
        guard self.settle() else { return }
        if watched { self.loop.core.remove(self.descriptor) }
        self.promise.fulfil(.success(StreamSocket(self.descriptor, loop: self.loop)))
    }

    private func fail(_ error: SocketError, watched: Bool = true) {
        guard self.settle() else { return }
        if watched { self.loop.core.remove(self.descriptor) }
        Glibc.close(self.descriptor)
        self.promise.fulfil(.failure(error))
    }
}
