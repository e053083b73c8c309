extension SocketAddress {
    /// Whether the host is a name with addresses that may change; `localhost` is always here.
    public var isName: Bool {
        self.host != nil && self.host != "localhost" && !ResolvedAddress.isNumeric(self)
    }

    /// The addresses of a name now, asked of the system on a thread of its own.
    ///
    /// - Throws: `SocketError` with `nameNotFound`, or `timeout`.
    public func resolved(
        loop: EventLoop, timeout: Duration
    ) async throws(SocketError) -> [SocketAddress] {
        let deadline = ContinuousClock.now.advanced(by: timeout)
        return try await StreamSocket.resolve(self, loop, until: deadline).map(\.address)
    }
}
