// Invariant: a stream of bytes gives the same frames and the same fault whole as byte by byte, and
// the reader never holds more than one frame.

/// What a reader made of a stream.
private struct Outcome: Equatable {
    var frames: [[UInt8]] = []
    var fault: String?
}

private func read(_ pieces: [ArraySlice<UInt8>]) -> Outcome {
    var limits = Limits()
    limits.frameBytesMax = 16 * 1024
    var reader = FrameReader(limits: limits)
    var outcome = Outcome()
    for piece in pieces where outcome.fault == nil {
        let fault = Array(piece).withUnsafeBytes { raw -> ConnectionFault? in
            do throws(ConnectionFault) {
                try reader.read(raw) { step in
                    switch step {
                    case .frame(let frame):
                        outcome.frames.append(
                            [frame.type.rawValue, frame.flags.rawValue] + Array(frame.header)
                                + Array(frame.body))
                    case .ignored(let type): outcome.frames.append([type])
                    }
                }
                return nil
            } catch { return error }
        }
        outcome.fault = fault?.reason
        precondition(reader.heldBytes <= 12 + 16 * 1024)
    }
    return outcome
}

/// One input of the fuzzer.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzOneInput(_ data: UnsafePointer<UInt8>, _ size: Int) -> Int32 {
    let bytes = Array(UnsafeBufferPointer(start: data, count: size))
    let whole = read([bytes[...]])
    precondition(read(bytes.indices.map { bytes[$0...$0] }) == whole)
    precondition(read([bytes[..<(size / 2)], bytes[(size / 2)...]]) == whole)
    return 0
}
