/// Cuts a byte stream into HTTP/1.1 requests (RFC 9112), strictly and without I/O.
///
/// Whatever leaves it in doubt where a request ends is refused: two lengths, a length beside a
/// transfer coding, bare CR or LF, folded fields, blanks before a colon, a second Host.
public struct HTTPRequestReader: Sendable {
    private enum State {
        case head
        case body(HTTPRequest, left: Int)
        case chunkSize(HTTPRequest)
        case chunk(HTTPRequest, left: Int)
        case chunkEnd(HTTPRequest)
        case trailer(HTTPRequest)
        case failed(HTTPFault)
    }

    private let limits: HTTPLimits
    private var state = State.head
    private var buffer: [UInt8] = []
    private var start = 0
    /// Where the search for the end of a line or head goes on, so that slow bytes cost no more.
    private var searched = 0
    /// Whether the empty line that may stand before a request is behind us.
    private var hasSkippedLine = false

    /// A reader at the start of a connection.
    public init(limits: HTTPLimits = HTTPLimits()) { self.limits = limits }

    /// Whether a request has begun and is not complete.
    public var isInRequest: Bool {
        if case .head = self.state { return self.start < self.buffer.count }
        return true
    }

    /// Bytes held.
    public var heldBytes: Int { self.buffer.count - self.start }

    /// Takes bytes.
    public mutating func append(_ bytes: UnsafeRawBufferPointer) {
        if self.start > 0 {
            self.buffer.removeFirst(self.start)
            self.searched -= self.start
            self.start = 0
        }
        self.buffer.append(contentsOf: bytes)
    }

    /// Takes what is left, for a connection that goes on with another protocol.
    public mutating func takeRest() -> [UInt8] {
        defer { (self.buffer, self.start, self.searched) = ([], 0, 0) }
        return Array(self.buffer[self.start...])
    }

    /// The next whole request; nil when more bytes must come.
    ///
    /// - Throws: `HTTPFault`, and again on every later call.
    public mutating func next() throws(HTTPFault) -> HTTPRequest? {
        do throws(HTTPFault) {
            while true {
                switch try self.step() {
                case .goOn: continue
                case .wait: return nil
                case .request(let request): return request
                }
            }
        } catch {
            self.state = .failed(error)
            throw error
        }
    }

    private enum Step {
        case goOn
        case wait
        case request(HTTPRequest)
    }

    private mutating func step() throws(HTTPFault) -> Step {
        switch self.state {
        case .head: return try self.readHead()
        case .body(var request, let left):
            let taken = self.take(left)
            request.body += taken
            if taken.count == left { return self.done(request) }
            self.state = .body(request, left: left - taken.count)
            return .wait
        case .chunkSize(let request): return try self.readChunkSize(request)
        case .chunk(var request, let left):
            let taken = self.take(left)
            request.body += taken
            self.state =
                taken.count == left
                ? .chunkEnd(request) : .chunk(request, left: left - taken.count)
            return taken.count == left ? .goOn : .wait
        case .chunkEnd(let request):
            guard let line = try self.line(max: 0) else { return .wait }
            guard line.isEmpty else { throw HTTPFault(400, "a chunk is longer than it says") }
            self.state = .chunkSize(request)
            return .goOn
        case .trailer(let request):
            guard let line = try self.line(max: self.limits.headBytesMax) else { return .wait }
            guard line.isEmpty else { throw HTTPFault(400, "trailer fields are not taken") }
            return self.done(request)
        case .failed(let fault): throw fault
        }
    }

    private mutating func done(_ request: HTTPRequest) -> Step {
        self.state = .head
        return .request(request)
    }

    private mutating func take(_ count: Int) -> ArraySlice<UInt8> {
        let end = min(self.start + count, self.buffer.count)
        defer { (self.start, self.searched) = (end, end) }
        return self.buffer[self.start..<end]
    }

    /// The next line without CRLF; nil when it is not complete.
    private mutating func line(max: Int) throws(HTTPFault) -> ArraySlice<UInt8>? {
        let from = Swift.max(self.searched, self.start)
        guard let newline = self.buffer[from...].firstIndex(of: 10) else {
            self.searched = self.buffer.count
            guard self.heldBytes <= max + 2 else { throw HTTPFault(400, "a line is too long") }
            return nil
        }
        guard newline > self.start, self.buffer[newline - 1] == 13 else {
            throw HTTPFault(400, "a line must end with CR LF")
        }
        let line = self.buffer[self.start..<newline - 1]
        guard line.count <= max || max == 0 && line.isEmpty else {
            throw HTTPFault(400, "a line is too long")
        }
        (self.start, self.searched) = (newline + 1, newline + 1)
        return line
    }

    private mutating func readChunkSize(_ request: HTTPRequest) throws(HTTPFault) -> Step {
        guard let line = try self.line(max: 256) else { return .wait }
        // Extensions have no use here and were used for smuggling.
        guard !line.isEmpty, line.count <= 8,
            let size = Int(String(decoding: line, as: UTF8.self), radix: 16),
            line.first != 43, line.first != 45
        else { throw HTTPFault(400, "a chunk size is up to eight hexadecimal digits") }
        guard request.body.count + size <= self.limits.bodyBytesMax else { throw self.tooLarge }
        self.state = size == 0 ? .trailer(request) : .chunk(request, left: size)
        return .goOn
    }

    private var tooLarge: HTTPFault {
        HTTPFault(413, "a body has at most \(self.limits.bodyBytesMax) bytes")
    }

    private mutating func readHead() throws(HTTPFault) -> Step {
        // One empty line before a request is tolerated (RFC 9112 section 2.2).
        if !self.hasSkippedLine, self.heldBytes >= 2, self.buffer[self.start] == 13,
            self.buffer[self.start + 1] == 10
        {
            self.start += 2
            self.hasSkippedLine = true
        }
        guard let end = self.headEnd() else {
            if self.heldBytes > self.limits.headBytesMax { throw Self.headTooLarge }
            return .wait
        }
        let head = self.buffer[self.start..<end]
        guard head.count <= self.limits.headBytesMax else { throw Self.headTooLarge }
        (self.start, self.searched) = (end + 4, end + 4)
        self.hasSkippedLine = false
        var parser = HTTPHeadParser(limits: self.limits)
        let (request, framing) = try parser.parse(head)
        switch framing {
        case .none: return .request(request)
        case .length(let length):
            guard length <= self.limits.bodyBytesMax else { throw self.tooLarge }
            self.state = .body(request, left: length)
        case .chunked: self.state = .chunkSize(request)
        }
        return .goOn
    }

    private static let headTooLarge = HTTPFault(431, "the request's head is too large")

    /// Where CR LF CR LF begins.
    private mutating func headEnd() -> Int? {
        var position = max(self.searched - 3, self.start)
        while position + 3 < self.buffer.count {
            if self.buffer[position + 3] == 10, self.buffer[position] == 13,
                self.buffer[position + 1] == 10, self.buffer[position + 2] == 13
            {
                return position
            }
            position += 1
        }
        self.searched = self.buffer.count
        return nil
    }
}
