import Glibc

/// Where GH Archive's hours are: a folder, or an address on the web.
enum ArchiveLocation: Hashable, Sendable {
    case folder(String)
    /// Without the slash at its end.
    case web(String)

    /// What is wrong with a configured location; nil when it can be used (SRC-12).
    static func fault(_ text: String) -> String? {
        if text.hasPrefix("https://") || text.hasPrefix("http://") {
            let host = text.drop { $0 != "/" }.dropFirst(2).prefix { $0 != "/" }
            return host.isEmpty ? "the address names no host" : nil
        }
        if text.contains("://") { return "write a folder, or an address with http or https" }
        var facts = stat()
        guard stat(text, &facts) == 0 else { return "the folder is not there" }
        guard facts.st_mode & S_IFMT == S_IFDIR else { return "it is a file, not a folder" }
        return access(text, R_OK | X_OK) == 0 ? nil : "the folder cannot be read"
    }

    /// - Throws: `JobFailure` when it cannot be used.
    init(_ text: String) throws(JobFailure) {
        if let fault = Self.fault(text) {
            throw JobFailure(code: "archive_location", message: fault, canPass: false)
        }
        let isWeb = text.hasPrefix("https://") || text.hasPrefix("http://")
        var path = text
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        self = isWeb ? .web(path) : .folder(path)
    }
}
