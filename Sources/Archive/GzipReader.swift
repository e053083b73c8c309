private import CISAL

/// Inflates a gzip stream piece by piece with ISA-L; several members in a row are one stream.
public final class GzipReader {
    /// Why a stream cannot be read on.
    public enum Fault: Error, Sendable, Hashable {
        /// The bytes are no gzip, or a checksum is wrong.
        case corrupt
        /// The stream ends inside a member.
        case truncated
    }

    private let state = UnsafeMutablePointer<inflate_state>.allocate(capacity: 1)
    private var isInMember = false
    private var sawAny = false

    /// A reader at the start of a stream.
    public init() { self.reset() }

    deinit { self.state.deallocate() }

    private func reset() {
        isal_inflate_init(self.state)
        self.state.pointee.crc_flag = UInt32(ISAL_GZIP)
    }

    /// Inflates `input` and hands over the lines that it completes.
    ///
    /// The text is inflated straight into the splitter's buffer: it is never copied.
    /// - Throws: `Fault.corrupt`, or what `body` throws.
    public func inflate(
        _ input: UnsafeRawBufferPointer, into lines: LineSplitter, _ body: LineSplitter.Body
    ) throws {
        self.state.pointee.next_in = UnsafeMutablePointer(
            mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
        self.state.pointee.avail_in = UInt32(input.count)
        var wroteSome = true
        while self.state.pointee.avail_in > 0 || (self.isInMember && wroteSome) {
            if !self.isInMember { try self.beginMember() }
            try lines.fill(
                { room in
                    let count = try self.step(room)
                    wroteSome = count > 0
                    return count
                }, body)
        }
    }

    private func beginMember() throws(Fault) {
        let (next, left) = (self.state.pointee.next_in, self.state.pointee.avail_in)
        // Zeros behind the last member are padding of some writers.
        if self.sawAny, next?.pointee == 0 {
            self.state.pointee.avail_in = 0
            return
        }
        self.reset()
        self.state.pointee.next_in = next
        self.state.pointee.avail_in = left
        self.isInMember = true
        self.sawAny = true
    }

    private func step(_ output: UnsafeMutableRawBufferPointer) throws(Fault) -> Int {
        guard self.isInMember else { return 0 }
        self.state.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
        self.state.pointee.avail_out = UInt32(output.count)
        guard isal_inflate(self.state) == ISAL_DECOMP_OK else { throw .corrupt }
        if self.state.pointee.block_state == ISAL_BLOCK_FINISH { self.isInMember = false }
        return output.count - Int(self.state.pointee.avail_out)
    }

    /// Says that no more input comes.
    ///
    /// - Throws: `Fault.truncated` inside a member, or when there was none.
    public func finish() throws(Fault) {
        if self.isInMember || !self.sawAny { throw .truncated }
    }
}
