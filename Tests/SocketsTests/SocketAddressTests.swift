import Sockets
import Testing

@Suite struct SocketAddressTests {
    @Test(
        arguments: [
            ("127.0.0.1:80", "127.0.0.1", 80, true), ("[::1]:7101", "::1", 7101, true),
            ("localhost:0", "localhost", 0, true), ("db.example:5432", "db.example", 5432, false),
            ("127.9.9.9:1", "127.9.9.9", 1, true), ("10.0.0.1:65535", "10.0.0.1", 65535, false),
            ("0.0.0.0:80", "0.0.0.0", 80, false),
            ("127.0.0.1.evil.example:1", "127.0.0.1.evil.example", 1, false),
        ] as [(String, String, UInt16, Bool)])
    func `an address has a host, a port, and may be this machine's alone`(
        text: String, host: String, port: UInt16, isLoopback: Bool
    ) throws {
        let address = try SocketAddress(parsing: text)
        #expect(address.host == host)
        #expect(address.port == port)
        #expect(address.isLoopback == isLoopback)
        #expect(address.description == text)
    }

    @Test func `a path is an address of this machine`() throws {
        let address = try SocketAddress(parsing: "unix:/run/tally.sock")
        #expect(address.host == nil && address.port == nil)
        #expect(address.isLoopback)
        #expect(address.description == "unix:/run/tally.sock")
    }

    @Test(arguments: [
        "", "host", ":80", "host:", "host:65536", "host:-1", "host:http", "::1:80", "a b:80",
        "unix:", "host:80:90", "[::1]", "h\u{0}st:80",
    ])
    func `BAD-10 what is no address is refused with words`(text: String) {
        #expect(throws: SocketError.self) { try SocketAddress(parsing: text) }
    }

    @Test func `a path that does not fit the kernel's structure is refused`() throws {
        let fits = String(repeating: "x", count: 107)
        #expect(throws: Never.self) { try SocketAddress(parsing: "unix:\(fits)") }
        #expect(throws: SocketError.self) { try SocketAddress(parsing: "unix:\(fits)x") }
    }
}
