public import RPCCore

/// How a channel behaves.
public struct ClientConfiguration: Sendable {
    /// How the client introduces itself.
    public var hello: Hello
    /// Time for one connection, its introduction included.
    public var connectTimeout = Duration.seconds(3)
    /// First pause after a failed connection; grows by 1.6 up to `backoffMax`.
    public var backoffFirst = Duration.milliseconds(200)
    /// Longest pause between two attempts.
    public var backoffMax = Duration.seconds(10)
    /// Silence after which the server is asked whether it lives.
    public var keepalive = Duration.seconds(30)
    /// Time for the answer.
    public var keepaliveTimeout = Duration.seconds(10)
    /// Time without any byte taken by a server that has some waiting.
    public var writeStall = Duration.seconds(20)
    /// Calls that may wait for a free stream of one connection.
    public var queuedCallsMax = 10_000
    /// Attempts of one call whose method may be repeated.
    public var attemptsMax = 3
    /// First stream id; a test starts near the end of the numbers.
    public var firstStream: UInt32 = 1
    /// A number in 0..<1 for jitter; a test makes it fixed.
    public var random: @Sendable () -> Double = { Double.random(in: 0..<1) }

    /// The defaults.
    public init(hello: Hello = Hello(agent: "tally-rpc/0.1")) { self.hello = hello }
}
