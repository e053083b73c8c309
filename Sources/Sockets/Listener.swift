private import CEpoll
internal import Glibc
private import Synchronization

/// Accepts connections on one address and gives them to the loops of a group in turn.
public final class Listener: Sendable {
    /// Pending connections that the kernel keeps while none is accepted.
    public static let backlog: Int32 = 1024
    /// Pause after the process ran out of descriptors, so that accepting does not spin.
    static let exhaustedPause = Duration.milliseconds(100)

    /// The address in use; tells the port when 0 was asked for.
    public let localAddress: SocketAddress
    private let loop: EventLoop
    private let acceptor: Acceptor

    /// Binds, listens and accepts.
    ///
    /// - Parameters:
    ///   - accept: called on the loop of each new socket; it must activate or drop it.
    /// - Throws: `SocketError` with `addressUnavailable`, `nameNotFound` or `system`.
    public init(
        _ address: SocketAddress, group: EventLoopGroup,
        accept: @escaping @Sendable (StreamSocket) -> Void
    ) throws(SocketError) {
        guard let resolved = try ResolvedAddress.resolve(address).first else {
            throw SocketError(.nameNotFound, "\(address) has no address")
        }
        let descriptor = try Self.bound(resolved, address)
        self.localAddress = ResolvedAddress.end(of: descriptor, getsockname) ?? address
        self.loop = group.next()
        self.acceptor = Acceptor(
            descriptor, UnixPath(address), group: group, loop: self.loop, accept: accept)
        let (acceptor, loop) = (self.acceptor, self.loop)
        loop.execute { acceptor.start() }
    }

    /// Accepts nothing more; connections that exist stay. The address is free when this returns.
    public func close() {
        let acceptor = self.acceptor
        acceptor.endListening()
        self.loop.execute { acceptor.stop() }
    }

    /// Accepts nothing more, and returns when the address is free for another listener.
    public func closed() async {
        let acceptor = self.acceptor
        await withCheckedContinuation { continuation in
            self.loop.execute {
                acceptor.stop()
                continuation.resume()
            }
        }
    }

    private static func bound(
        _ resolved: ResolvedAddress, _ address: SocketAddress
    ) throws(SocketError) -> Int32 {
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = try systemCall("socket") { socket(resolved.family, kind, 0) }
        var on: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, 4)
        do {
            if case .unix(let path) = address.kind { try UnixPath.clear(path, for: resolved) }
            try systemCall("bind \(address)") {
                resolved.withSockaddr { bind(descriptor, $0, $1) } ?? -1
            }
            try systemCall("listen \(address)") { listen(descriptor, Self.backlog) }
        } catch {
            Glibc.close(descriptor)
            throw error
        }
        return descriptor
    }
}

/// The accepting half of a listener; its state is behind the mutex, its work on the loop.
private final class Acceptor: EventSource, Sendable {
    /// Connections taken per turn, so that a storm of them leaves time for those that exist.
    private static let acceptsAtOnce = 64

    private let descriptor: Int32
    private let path: UnixPath?
    private let group: EventLoopGroup
    private let loop: EventLoop
    private let accept: @Sendable (StreamSocket) -> Void
    private let isOpen = Mutex(true)

    init(
        _ descriptor: Int32, _ path: UnixPath?, group: EventLoopGroup, loop: EventLoop,
        accept: @escaping @Sendable (StreamSocket) -> Void
    ) {
        self.descriptor = descriptor
        self.path = path
        self.group = group
        self.loop = loop
        self.accept = accept
    }

    func start() {
        guard self.isOpen.withLock({ $0 }) else { return }
        guard (try? self.loop.core.add(self, self.descriptor, .readable)) != nil else {
            return self.retryLater()
        }
    }

    /// Gives the address up, from any thread; the descriptor goes with `stop`.
    func endListening() {
        self.isOpen.withLock { isOpen in
            if isOpen { _ = shutdown(self.descriptor, Int32(SHUT_RDWR)) }
        }
    }

    func stop() {
        let wasOpen = self.isOpen.withLock { isOpen in
            defer { isOpen = false }
            return isOpen
        }
        guard wasOpen else { return }
        self.loop.core.remove(self.descriptor)
        self.path?.remove()
        Glibc.close(self.descriptor)
    }

    func ready(_ readiness: Readiness) {
        for _ in 0..<Self.acceptsAtOnce {
            let accepted = tally_accept(self.descriptor)
            let number = errno
            if accepted >= 0 {
                self.hand(accepted)
            } else if number == EMFILE || number == ENFILE || number == ENOMEM || number == ENOBUFS
            {
                return self.pause()
            } else if number == EAGAIN {
                return
            }
        }
    }

    private func hand(_ descriptor: Int32) {
        SocketOptions.tune(descriptor)
        let loop = self.group.next()
        let socket = StreamSocket(descriptor, loop: loop)
        loop.execute { self.accept(socket) }
    }

    /// Out of descriptors: the listening socket would stay readable and spin the loop.
    private func pause() {
        self.loop.core.remove(self.descriptor)
        self.retryLater()
    }

    private func retryLater() {
        self.loop.schedule(after: Listener.exhaustedPause) { self.start() }
    }
}
