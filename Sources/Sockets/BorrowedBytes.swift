/// Bytes in a loop's read buffer, lent for the time of one call on that loop.
///
/// Holds the address as a number, so that the view may be handed to an actor whose executor is the
/// very loop that lends it; it must not outlive the call.
public struct BorrowedBytes: Sendable {
    private let address: UInt
    /// Number of bytes.
    public let count: Int

    /// Lends a buffer.
    public init(_ bytes: UnsafeRawBufferPointer) {
        self.address = UInt(bitPattern: bytes.baseAddress)
        self.count = bytes.count
    }

    /// The bytes themselves.
    public var raw: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(
            start: UnsafeRawPointer(bitPattern: self.address), count: self.count)
    }
}
