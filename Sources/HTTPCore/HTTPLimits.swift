/// How much of a request is taken before it is refused.
public struct HTTPLimits: Sendable, Hashable {
    /// Request line and fields together: browsers stay below 8 KiB.
    public var headBytesMax = 16 * 1024
    /// The request line's target alone.
    public var targetBytesMax = 8 * 1024
    /// Fields of one head.
    public var fieldsMax = 100
    /// The body: no request of ours holds more than a few hundred bytes.
    public var bodyBytesMax = 1024 * 1024

    /// The defaults.
    public init() {}
}
