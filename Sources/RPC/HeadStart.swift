/// When output leaves before the turn of the loop ends: as soon as there is enough of it to keep
/// the other side busy. Otherwise the two would take turns with whole batches, each waiting for the
/// other's; with less, most of the time would go into writing.
struct HeadStart {
    /// Calls that are enough, however small they are.
    let calls: UInt16
    /// Bytes that are enough, however few calls they are: two large messages.
    static let bytes = 20 * 1024

    private var gathered: UInt16 = 0

    /// A client makes its calls faster than a server answers them, and may gather more.
    static let ofRequests = HeadStart(calls: 32)
    static let ofReplies = HeadStart(calls: 32)

    init(calls: UInt16) { self.calls = calls }

    /// One more call waits to be written, in `queued` bytes with the others.
    ///
    /// - Returns: whether it is time to write.
    mutating func isDue(queued: Int) -> Bool {
        self.gathered = min(self.gathered + 1, self.calls)
        return self.gathered >= self.calls || queued >= Self.bytes
    }

    /// Everything was written.
    mutating func written() { self.gathered = 0 }
}
