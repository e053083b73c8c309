internal import ServiceKit

/// What a probe reads whole from a file or from standard input.
struct ProbeInput {
    /// Before the words for what is wrong: the flag or the word that names the file.
    let name: String
    /// Most bytes of it.
    let bytesMax: Int

    /// JSON of requests: a message of 4 MiB, the most that a service takes, is up to 6 MiB of JSON
    /// as base64, and text grows more where much of it is escaped.
    static let body = ProbeInput(name: "-d", bytesMax: 16 << 20)
    /// A captured stream: some minutes of a busy connection. It is held in memory while it is
    /// shown.
    static let capture = ProbeInput(name: "FILE", bytesMax: 64 << 20)

    /// Everything in a file.
    ///
    /// - Parameter path: nil = standard input.
    /// - Throws: `UsageError` that says whether it cannot be read or is too large.
    func read(_ path: String?) throws(UsageError) -> [UInt8] {
        let place = path ?? "standard input"
        switch SystemAccess.readWhole(path, bytesMax: self.bytesMax) {
        case .whole(let bytes): return bytes
        case .larger: throw UsageError("\(self.name): \(place) is larger than \(self.limit)")
        case .unreadable(let cause):
            throw UsageError("\(self.name): \(place) cannot be read: \(cause)")
        }
    }

    private var limit: String {
        self.bytesMax % (1 << 20) == 0 ? "\(self.bytesMax >> 20) MiB" : "\(self.bytesMax) bytes"
    }
}
