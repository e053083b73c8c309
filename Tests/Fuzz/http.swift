// Invariant: a stream of bytes gives the same requests and the same refusal whole as byte by byte,
// and what is held stays within the limits.

private let limits: HTTPLimits = {
    var limits = HTTPLimits()
    limits.headBytesMax = 2048
    limits.bodyBytesMax = 4096
    return limits
}()

private func read(_ pieces: [ArraySlice<UInt8>]) -> [String] {
    var reader = HTTPRequestReader(limits: limits)
    var seen: [String] = []
    for piece in pieces {
        Array(piece).withUnsafeBytes { reader.append($0) }
        do throws(HTTPFault) {
            while let request = try reader.next() {
                seen.append("\(request.method) \(request.path) \(request.body)")
            }
        } catch {
            return seen + ["\(error.status)"]
        }
    }
    return seen
}

/// One input of the fuzzer.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzOneInput(_ data: UnsafePointer<UInt8>, _ size: Int) -> Int32 {
    let bytes = Array(UnsafeBufferPointer(start: data, count: size))
    let whole = read([bytes[...]])
    precondition(read(bytes.indices.map { bytes[$0...$0] }) == whole)
    return 0
}
