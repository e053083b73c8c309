import HTTPCore

/// One path of the interface: where it is, and what answers it.
struct Route: Sendable {
    typealias Handler = @Sendable (Exchange) async throws -> HTTPResponse

    let method: String
    /// Such as `/repositories/{owner}/{name}`; without the prefix `/api/v1`.
    let pattern: String
    let summary: String
    let handler: Handler
    private let segments: [String]

    init(_ method: String, _ pattern: String, _ summary: String, _ handler: @escaping Handler) {
        self.method = method
        self.pattern = pattern
        self.summary = summary
        self.handler = handler
        self.segments = pattern.split(separator: "/").map(String.init)
    }

    /// Whether the request changes something.
    var isWrite: Bool { self.method != "GET" }

    /// What stands in place of the pattern's `{…}`; nil when the path is another.
    func match(_ path: [String]) -> [String]? {
        guard path.count == self.segments.count else { return nil }
        var captures: [String] = []
        for (segment, part) in zip(self.segments, path) {
            if segment.hasPrefix("{"), let close = segment.firstIndex(of: "}") {
                let suffix = segment[segment.index(after: close)...]
                guard part.hasSuffix(suffix), part.count > suffix.count else { return nil }
                captures.append(String(part.dropLast(suffix.count)))
            } else if segment != part {
                return nil
            }
        }
        return captures
    }

    /// Fixed segments win over captured ones, wherever they stand in the table.
    var rank: Int { self.segments.filter { !$0.hasPrefix("{") }.count }
}
