/// What the C callbacks reach during one exchange.
final class Exchange {
    private(set) var head: ResponseHead
    private(set) var thrown: (any Error)?
    private let stop: () -> Bool
    private let body: (Int, UnsafeRawBufferPointer) throws -> Void

    init(
        headBytesMax: Int, stop: @escaping () -> Bool,
        body: @escaping (Int, UnsafeRawBufferPointer) throws -> Void
    ) {
        self.head = ResponseHead(bytesMax: headBytesMax)
        self.stop = stop
        self.body = body
    }

    static func of(_ context: UnsafeMutableRawPointer?) -> Exchange? {
        context.map { Unmanaged<Exchange>.fromOpaque($0).takeUnretainedValue() }
    }

    fileprivate func takeHead(_ line: UnsafeRawBufferPointer) -> Bool {
        guard self.head.take(line) else {
            self.thrown = HTTPClient.Failure(
                kind: .tooLarge,
                message: "the answer's head is larger than \(self.head.bytesMax) bytes")
            return false
        }
        return true
    }

    fileprivate func takeBody(_ status: Int, _ bytes: UnsafeRawBufferPointer) -> Bool {
        do {
            try self.body(status, bytes)
            return true
        } catch {
            self.thrown = error
            return false
        }
    }

    fileprivate var shouldStop: Bool { self.stop() }
}

/// The head of an answer, as its lines come.
struct ResponseHead {
    let bytesMax: Int
    private var bytes = 0
    private(set) var headers: [HTTPClient.Header] = []

    init(bytesMax: Int) { self.bytesMax = bytesMax }

    /// Takes a line with its end; false when all of them together are too long.
    mutating func take(_ line: UnsafeRawBufferPointer) -> Bool {
        self.bytes += line.count
        guard self.bytes <= self.bytesMax else { return false }
        // A new head: what came before announced it ("100 Continue").
        if line.starts(with: Array("HTTP/".utf8)) { self.headers = [] }
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return true }
        let value = line[(colon + 1)...].drop(while: Self.isBlank)
        let end = value.lastIndex { !Self.isBlank($0) }.map { $0 + 1 } ?? value.startIndex
        self.headers.append(
            HTTPClient.Header(
                String(decoding: line[..<colon], as: UTF8.self),
                String(decoding: value[..<end], as: UTF8.self)))
        return true
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte <= 0x20 }
}

func takeHead(
    _ context: UnsafeMutableRawPointer?, _ status: Int, _ bytes: UnsafePointer<UInt8>?,
    _ count: Int
) -> Int32 {
    let line = UnsafeRawBufferPointer(start: bytes, count: count)
    return Exchange.of(context)?.takeHead(line) == true ? 0 : 1
}

func takeBody(
    _ context: UnsafeMutableRawPointer?, _ status: Int, _ bytes: UnsafePointer<UInt8>?,
    _ count: Int
) -> Int32 {
    let piece = UnsafeRawBufferPointer(start: bytes, count: count)
    return Exchange.of(context)?.takeBody(status, piece) == true ? 0 : 1
}

func shouldStopNow(_ context: UnsafeMutableRawPointer?) -> Int32 {
    Exchange.of(context)?.shouldStop == false ? 0 : 1
}
