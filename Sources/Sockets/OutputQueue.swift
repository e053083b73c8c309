internal import Glibc

/// Bytes waiting for the kernel, in the order queued.
struct OutputQueue {
    /// Slices given to one `writev`, and the bytes after which no more are added (rpc.md 1.6).
    private static let slicesMax = 64
    private static let bytesAtOnce = 256 * 1024

    private var slices: [[UInt8]] = []
    private var head = 0
    private var offset = 0
    private(set) var bytes = 0

    var isEmpty: Bool { self.bytes == 0 }

    /// Slices smaller than this are joined: copying a little is cheaper than one more slice.
    private static let joinedBytesMax = 16 * 1024

    mutating func append(_ slice: [UInt8]) {
        self.bytes += slice.count
        let last = self.slices.count - 1
        if last >= self.head, self.slices[last].count + slice.count <= Self.joinedBytesMax {
            self.slices[last].append(contentsOf: slice)
        } else {
            self.slices.append(slice)
        }
    }

    func write(to descriptor: Int32) -> Transfer {
        if self.head + 1 == self.slices.count {
            return self.slices[self.head].withUnsafeBytes { raw in
                transfer("send") {
                    send(
                        descriptor, raw.baseAddress?.advanced(by: self.offset),
                        raw.count - self.offset, Int32(MSG_NOSIGNAL))
                }
            }
        }
        return self.gather(self.head, []) { vectors in
            transfer("sendmsg") {
                var message = msghdr()
                message.msg_iov = UnsafeMutablePointer(mutating: vectors.baseAddress)
                message.msg_iovlen = vectors.count
                return sendmsg(descriptor, &message, Int32(MSG_NOSIGNAL))
            }
        }
    }

    /// Collects the slices' addresses, each valid while the closures nest.
    private func gather(
        _ index: Int, _ vectors: [iovec], _ body: (UnsafeBufferPointer<iovec>) -> Transfer
    ) -> Transfer {
        let gathered = vectors.reduce(0) { $0 + $1.iov_len }
        guard index < self.slices.count, vectors.count < Self.slicesMax,
            gathered < Self.bytesAtOnce
        else { return vectors.withUnsafeBufferPointer(body) }
        return self.slices[index].withUnsafeBytes { raw in
            let skipped = index == self.head ? self.offset : 0
            let start = UnsafeMutableRawPointer(mutating: raw.baseAddress?.advanced(by: skipped))
            let vector = iovec(iov_base: start, iov_len: raw.count - skipped)
            return self.gather(index + 1, vectors + [vector], body)
        }
    }

    mutating func consume(_ count: Int) {
        self.bytes -= count
        var left = count
        while left > 0 {
            let rest = self.slices[self.head].count - self.offset
            if left < rest {
                self.offset += left
                return
            }
            left -= rest
            self.offset = 0
            self.slices[self.head] = []
            self.head += 1
        }
        self.compact()
    }

    /// Drops what was sent; seldom, so that the cost a slice stays constant.
    private mutating func compact() {
        if self.head == self.slices.count {
            self.slices.removeAll(keepingCapacity: self.slices.count <= Self.slicesMax)
            self.head = 0
        } else if self.head >= 256 && self.head * 2 >= self.slices.count {
            self.slices.removeFirst(self.head)
            self.head = 0
        }
    }

    mutating func removeAll() { self = OutputQueue() }
}
