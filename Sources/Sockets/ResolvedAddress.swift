internal import Glibc

/// The bytes of a `sockaddr`, ready for the kernel.
struct ResolvedAddress: Sendable {
    let family: Int32
    let bytes: [UInt8]

    /// Asks the resolver; blocks, so it must not run on an event loop unless the host is a number.
    static func resolve(
        _ address: SocketAddress, numericOnly: Bool = false
    ) throws(SocketError) -> [ResolvedAddress] {
        switch address.kind {
        case .unix(let path): return [self.unix(path)]
        case .internet(let host, let port):
            return try self.lookUp(host, port, numericOnly: numericOnly)
        }
    }

    /// Whether `host` needs no resolver.
    static func isNumeric(_ address: SocketAddress) -> Bool {
        guard let found = try? self.resolve(address, numericOnly: true) else { return false }
        return !found.isEmpty
    }

    private static func unix(_ path: String) -> ResolvedAddress {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { target in
            target.copyBytes(from: path.utf8.prefix(SocketAddress.unixPathBytesMax))
        }
        return ResolvedAddress(
            family: AF_UNIX, bytes: withUnsafeBytes(of: address) { Array($0) })
    }

    private static func lookUp(
        _ host: String, _ port: UInt16, numericOnly: Bool
    ) throws(SocketError) -> [ResolvedAddress] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_NUMERICSERV | (numericOnly ? AI_NUMERICHOST : 0)
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, String(port), &hints, &list)
        guard code == 0 else {
            throw SocketError(.nameNotFound, "\(host): \(String(cString: gai_strerror(code)))")
        }
        defer { freeaddrinfo(list) }
        var found: [ResolvedAddress] = []
        var next = list
        while let entry = next {
            let raw = UnsafeRawBufferPointer(
                start: entry.pointee.ai_addr, count: Int(entry.pointee.ai_addrlen))
            found.append(ResolvedAddress(family: entry.pointee.ai_family, bytes: Array(raw)))
            next = entry.pointee.ai_next
        }
        return found
    }

    func withSockaddr<Result>(
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result? {
        self.bytes.withUnsafeBytes { raw in
            raw.baseAddress.map {
                body($0.assumingMemoryBound(to: sockaddr.self), socklen_t(raw.count))
            }
        }
    }

    /// The address in words: `127.0.0.1:80`, `[::1]:80`, `unix:/path`.
    var address: SocketAddress {
        if self.family == AF_UNIX {
            let path = self.bytes.dropFirst(2).prefix { $0 != 0 }
            return SocketAddress(kind: .unix(path: String(decoding: path, as: UTF8.self)))
        }
        var host = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        let port = UInt16(self.bytes[2]) << 8 | UInt16(self.bytes[3])
        _ = self.withSockaddr { pointer, length in
            getnameinfo(
                pointer, length, &host, socklen_t(host.count), nil, 0, NI_NUMERICHOST)
        }
        let name = host.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return SocketAddress(host: String(decoding: name, as: UTF8.self), port: port)
    }

    /// The local or remote end of a socket.
    static func end(
        of descriptor: Int32,
        _ ask: (Int32, UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32
    ) -> SocketAddress? {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let status = withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                ask(descriptor, $0, &length)
            }
        }
        guard status == 0, length >= 2 else { return nil }
        let bytes = withUnsafeBytes(of: storage) { Array($0.prefix(Int(length))) }
        return ResolvedAddress(family: Int32(storage.ss_family), bytes: bytes).address
    }
}
