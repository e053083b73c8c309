// Invariant: every reader of a header block ends with a value or with an error, and a value that
// was read is read again, the same, from what it writes.

private func readAll(_ raw: UnsafeRawBufferPointer) {
    if let hello = try? Hello(decoding: raw) {
        let again = hello.encoded().withUnsafeBytes { try? Hello(decoding: $0) }
        precondition(again == hello)
    }
    if let header = try? CallHeader(decoding: raw) {
        let again = header.encoded().withUnsafeBytes { try? CallHeader(decoding: $0) }
        precondition(again == header)
    }
    if let status = try? StatusBlock(decoding: raw) {
        let again = status.encoded().withUnsafeBytes { try? StatusBlock(decoding: $0) }
        precondition(again == status)
        _ = status.error(isUnprocessed: false)
    }
    _ = try? CancelBlock(decoding: raw)
    _ = try? GoAway(decoding: raw)
}

/// One input of the fuzzer.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzOneInput(_ data: UnsafePointer<UInt8>, _ size: Int) -> Int32 {
    readAll(UnsafeRawBufferPointer(start: data, count: size))
    return 0
}
