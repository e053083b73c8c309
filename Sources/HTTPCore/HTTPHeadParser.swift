/// Reads the head of one request.
struct HTTPHeadParser {
    /// How the body is delimited.
    enum Framing {
        case none
        case length(Int)
        case chunked
    }

    private let limits: HTTPLimits

    init(limits: HTTPLimits) { self.limits = limits }

    mutating func parse(
        _ head: ArraySlice<UInt8>
    ) throws(HTTPFault) -> (HTTPRequest, Framing) {
        let lines = try self.lines(head)
        guard let first = lines.first else { throw HTTPFault(400, "there is no request line") }
        var (request, minor) = try self.requestLine(first)
        for line in lines.dropFirst() { request.fields.append(try self.field(line)) }
        guard request.fields.count <= self.limits.fieldsMax else {
            throw HTTPFault(431, "a request has at most \(self.limits.fieldsMax) fields")
        }
        try self.checkHost(request, minor)
        request.keepsAlive = self.keepsAlive(request, minor)
        return (request, try self.framing(request, minor))
    }

    /// Lines between CR LF; a bare CR, LF or a control character is refused.
    private func lines(_ head: ArraySlice<UInt8>) throws(HTTPFault) -> [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        var start = head.startIndex
        var position = start
        while position < head.endIndex {
            let byte = head[position]
            if byte == 13 {
                guard position + 1 < head.endIndex, head[position + 1] == 10 else {
                    throw HTTPFault(400, "a CR stands alone")
                }
                lines.append(head[start..<position])
                position += 2
                start = position
                continue
            }
            guard byte == 9 || byte >= 32, byte != 127 else {
                throw HTTPFault(400, "a control character in the head")
            }
            position += 1
        }
        lines.append(head[start...])
        return lines
    }

    private func requestLine(_ line: ArraySlice<UInt8>) throws(HTTPFault) -> (HTTPRequest, Int) {
        let parts = line.split(separator: 32, omittingEmptySubsequences: false)
        guard parts.count == 3, self.isToken(parts[0]), !parts[1].isEmpty else {
            throw HTTPFault(400, "the request line is METHOD TARGET HTTP/1.1")
        }
        let version = Array(parts[2])
        guard version.starts(with: Array("HTTP/".utf8)), version.count == 8, version[6] == 46 else {
            throw HTTPFault(400, "the request line is METHOD TARGET HTTP/1.1")
        }
        guard version[5] == 49, version[7] == 48 || version[7] == 49 else {
            throw HTTPFault(505, "this server speaks HTTP/1.1")
        }
        guard parts[1].count <= self.limits.targetBytesMax else {
            throw HTTPFault(414, "a target has at most \(self.limits.targetBytesMax) bytes")
        }
        let (path, query) = try self.target(parts[1])
        let method = String(decoding: parts[0], as: UTF8.self)
        return (HTTPRequest(method: method, path: path, query: query), Int(version[7]) - 48)
    }

    private func target(_ bytes: ArraySlice<UInt8>) throws(HTTPFault) -> (String, String?) {
        guard bytes.allSatisfy({ (33...126).contains($0) }) else {
            throw HTTPFault(400, "a target is ASCII without blanks")
        }
        var text = String(decoding: bytes, as: UTF8.self)
        let lower = text.lowercased()
        if lower.hasPrefix("http://") || lower.hasPrefix("https://") {
            // Absolute form (RFC 9112 section 3.2.2): the authority is not ours to judge.
            let rest = text.drop { $0 != "/" }.dropFirst(2)
            text = String(rest.drop { $0 != "/" && $0 != "?" })
            if !text.hasPrefix("/") { text = "/" + text }
        }
        guard text.hasPrefix("/"), !text.contains("#") else {
            throw HTTPFault(400, "a target begins with a slash")
        }
        let parts = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        return (String(parts[0]), parts.count > 1 ? String(parts[1]) : nil)
    }

    private func field(_ line: ArraySlice<UInt8>) throws(HTTPFault) -> HTTPField {
        guard let first = line.first, first != 32, first != 9 else {
            throw HTTPFault(400, "folded fields are not taken")
        }
        guard let colon = line.firstIndex(of: 58), self.isToken(line[..<colon]) else {
            throw HTTPFault(400, "a field is NAME: VALUE")
        }
        var value = line[line.index(after: colon)...]
        while let byte = value.first, byte == 32 || byte == 9 { value.removeFirst() }
        while let byte = value.last, byte == 32 || byte == 9 { value.removeLast() }
        guard let text = String(validating: value, as: UTF8.self) else {
            throw HTTPFault(400, "a field's value is not UTF-8")
        }
        return HTTPField(String(decoding: line[..<colon], as: UTF8.self), text)
    }

    private func isToken(_ bytes: ArraySlice<UInt8>) -> Bool {
        let marks = Array("!#$%&'*+-.^_`|~".utf8)
        return !bytes.isEmpty
            && bytes.allSatisfy { byte in
                (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                    || marks.contains(byte)
            }
    }

    private func values(_ request: HTTPRequest, _ name: String) -> [String] {
        request.fields.filter { $0.name.lowercased() == name }.map(\.value)
    }

    private func checkHost(_ request: HTTPRequest, _ minor: Int) throws(HTTPFault) {
        let hosts = self.values(request, "host")
        guard hosts.count == 1 || (hosts.isEmpty && minor == 0) else {
            throw HTTPFault(400, "a request has one Host")
        }
        guard let host = hosts.first else { return }
        let isPlain = host.utf8.allSatisfy { $0 > 32 && $0 < 127 && $0 != 47 && $0 != 64 }
        guard isPlain, !host.contains(",") else { throw HTTPFault(400, "Host is no host") }
    }

    private func keepsAlive(_ request: HTTPRequest, _ minor: Int) -> Bool {
        let tokens = self.values(request, "connection").flatMap {
            $0.lowercased().split(separator: ",").map { $0.filter { $0 != " " } }
        }
        if tokens.contains("close") { return false }
        return minor == 1 || tokens.contains("keep-alive")
    }

    private func framing(_ request: HTTPRequest, _ minor: Int) throws(HTTPFault) -> Framing {
        let lengths = self.values(request, "content-length")
        let codings = self.values(request, "transfer-encoding")
        if !codings.isEmpty {
            guard lengths.isEmpty, minor == 1 else {
                throw HTTPFault(400, "Content-Length beside Transfer-Encoding")
            }
            guard codings.count == 1, codings[0].lowercased() == "chunked" else {
                throw HTTPFault(501, "the only transfer coding taken is chunked")
            }
            return .chunked
        }
        guard let text = lengths.first else { return .none }
        let isNumber = !text.isEmpty && text.utf8.allSatisfy { (48...57).contains($0) }
        guard lengths.count == 1, isNumber, let length = Int(text) else {
            throw HTTPFault(400, "Content-Length is one whole number")
        }
        return length == 0 ? .none : .length(length)
    }
}
