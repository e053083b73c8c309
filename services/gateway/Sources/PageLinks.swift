import HTTPCore

/// The `Link` header of a list (RFC 8288): first, prev, next, last.
enum PageLinks {
    static func field(
        _ request: HTTPRequest, page: UInt32, size: UInt32, total: UInt64
    ) -> HTTPField {
        let last = max(1, (total + UInt64(size) - 1) / UInt64(size))
        var links: [(String, UInt64)] = [("first", 1), ("last", last)]
        if page > 1 { links.append(("prev", min(UInt64(page) - 1, last))) }
        if UInt64(page) < last { links.append(("next", UInt64(page) + 1)) }
        let others = (request.parameters ?? []).filter { $0.name != "page" }
        let query = others.map {
            "&\(PercentCoding.encode($0.name))=\(PercentCoding.encode($0.value))"
        }.joined()
        let text = links.map { "<\(request.path)?page=\($0.1)\(query)>; rel=\"\($0.0)\"" }
        return HTTPField("Link", text.joined(separator: ", "))
    }
}
