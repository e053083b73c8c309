private import CZlib

/// Compresses whole texts into one gzip member with zlib.
public enum GzipWriter {
    /// Window bits with which zlib writes a gzip head (zlib.h, deflateInit2).
    private static let gzipWindowBits: Int32 = 15 + 16

    /// The text, compressed.
    ///
    /// - Parameter level: 1 (quick) ... 9 (small).
    public static func compress(_ bytes: [UInt8], level: Int32 = 6) -> [UInt8] {
        var stream = z_stream()
        let status = deflateInit2_(
            &stream, level, Z_DEFLATED, Self.gzipWindowBits, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        precondition(status == Z_OK, "zlib has no memory")
        defer { deflateEnd(&stream) }
        var input = bytes
        let room = Int(deflateBound(&stream, UInt(bytes.count))) + 32
        return [UInt8](unsafeUninitializedCapacity: room) { output, count in
            input.withUnsafeMutableBufferPointer { buffer in
                stream.next_in = buffer.baseAddress
                stream.avail_in = UInt32(buffer.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(room)
                let end = deflate(&stream, Z_FINISH)
                precondition(end == Z_STREAM_END, "the bound of zlib holds")
            }
            count = room - Int(stream.avail_out)
        }
    }
}
