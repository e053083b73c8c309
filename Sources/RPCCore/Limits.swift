/// Limits of one side of a connection (rpc.md 1.5): fixed by HELLO for the connection's life.
public struct Limits: Sendable, Hashable {
    /// Largest frame that this side accepts, bytes after the head; 16 KiB ... 16 MiB - 1.
    public var frameBytesMax: UInt32 = 64 * 1024
    /// Largest header block; 8 KiB ... 65,535.
    public var headerBytesMax: UInt32 = 16 * 1024
    /// Largest message; 64 KiB ... 64 MiB.
    public var messageBytesMax: UInt32 = 4 * 1024 * 1024
    /// Calls that the peer may have open; 32 ... 65,535.
    public var streamsMax: UInt32 = 256
    /// Credit with which each streaming direction starts; 64 KiB ... 16 MiB.
    public var windowBytes: UInt32 = 256 * 1024
    /// Shortest time between two pings of the peer; 1 s ... 5 min.
    public var pingIntervalMilliseconds: UInt32 = 5_000
    /// When this side closes an idle connection.
    public var idleTimeoutMilliseconds: UInt32 = 900_000
    /// Bytes of unfinished messages of one connection: one peer cannot hold more memory.
    public var assemblyBytesMax: Int = 64 * 1024 * 1024

    /// The defaults.
    public init() {}

    /// What is assumed of a peer before its HELLO.
    public static var assumed: Limits {
        var limits = Limits()
        limits.frameBytesMax = 16 * 1024
        limits.headerBytesMax = 8 * 1024
        limits.streamsMax = 32
        limits.windowBytes = 64 * 1024
        limits.pingIntervalMilliseconds = 300_000
        return limits
    }

    /// Bytes that one header block may have: it stands in one frame, whatever else goes there.
    var headerRoom: Int { Int(min(self.headerBytesMax, self.frameBytesMax)) }

    /// What a streamed message costs on top of its bytes, so that empty ones are not free.
    public static let messageOverhead = 64
    /// Highest stream id; the top bit is reserved.
    @usableFromInline static let streamMax: UInt32 = 0x7FFF_FFFF
}
