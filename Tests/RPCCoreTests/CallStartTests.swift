import Testing

@testable import RPCCore

/// What a server makes of the header of a REQUEST.
@Suite struct CallStartTests {
    private static let methods = MethodTable(["/a/Echo": .unary, "/a/Bidi": .bidirectional])

    private func start(_ header: [UInt8], _ flags: FrameFlags = .end) throws -> CallStart {
        try self.read(header, flags).start
    }

    private func read(
        _ header: [UInt8], _ flags: FrameFlags = .end
    ) throws -> (start: CallStart, metadata: Metadata?) {
        let bytes = Frame.encoded(.request, flags, stream: 5, header: header)
        return try bytes.withUnsafeBytes { raw in
            let block = UnsafeRawBufferPointer(rebasing: raw[FrameHead.byteCount...])
            var metadata: Metadata?
            let start = try CallStart(
                Frame(
                    type: .request, flags: flags, stream: 5, header: block,
                    body: UnsafeRawBufferPointer(rebasing: block[block.count...])),
                Self.methods, metadata: &metadata)
            return (start, metadata)
        }
    }

    /// Each of the fields as it stands on the wire.
    private static let fields: [[UInt8]] = [
        [0x0A, 7] + Array("/a/Bidi".utf8),
        hex("10 c0843d"),
        [0x1A, 26] + TraceContext(high: 1, low: 2, span: 3).bytes,
        hex("20 07"),
        [0x2A, 8] + Array("identity".utf8),
        hex("32 06 0a01 6b 1201 76"),
    ]

    @Test func `the fields of a header may stand in any order`() throws {
        for (first, _) in Self.fields.enumerated() {
            for order in [Self.fields, Self.fields.reversed()] {
                let (start, metadata) = try self.read(
                    Array((order[first...] + order[..<first]).joined()))
                #expect(start.stream == 5)
                #expect(Self.methods.path(of: start.method) == "/a/Bidi")
                #expect(start.kind == .bidirectional)
                #expect(start.timeoutMicroseconds == 1_000_000)
                #expect(start.trace == TraceContext(high: 1, low: 2, span: 3))
                #expect(start.attempt == 7)
                #expect(metadata == Metadata([.init(key: "k", value: .text("v"))]))
            }
        }
    }

    @Test func `of a field that comes twice the last one counts`() throws {
        let echo = [0x0A, 7] + Array("/a/Echo".utf8)
        let start = try self.start(Self.fields[0] + hex("10 05") + echo + hex("10 06"))
        #expect(Self.methods.path(of: start.method) == "/a/Echo")
        #expect(start.timeoutMicroseconds == 6)
    }

    @Test func `a call that brings nothing has no time, no trace and no metadata`() throws {
        let (start, metadata) = try self.read(Self.fields[0])
        #expect(start.timeoutMicroseconds == 0)
        #expect(start.trace == nil)
        #expect(start.attempt == 0)
        #expect(metadata == nil)
    }

    @Test(arguments: [
        ("0a05 61", StatusCode.internalError), ("08", .internalError), ("0a01 ff", .internalError),
        ("0801", .internalError), ("00", .internalError), ("0b", .internalError),
        ("0a07 2f612f4563686f 10", .internalError), ("0a07 2f612f4563686f 2a01 ff", .internalError),
        ("0a07 2f612f4563686f 2a04 677a6970", .unimplemented),
        ("0a07 2f612f4563686f 3204 0a02 4b4b", .invalidArgument),
        ("0a04 2f612f45", .unimplemented), ("", .unimplemented),
    ])
    func `RPC-63 RPC-64 a header that a server does not take has its code`(
        header: String, code: StatusCode
    ) {
        let fault = #expect(throws: StreamFault.self) { _ = try self.start(hex(header)) }
        #expect(fault?.error.code == code)
    }

    /// Against the reader of clients and listings, which knows no short way.
    @Test func `both readers of headers say the same of fifty thousand spoiled ones`() {
        var random = SystemRandomNumberGenerator()
        var taken = 0
        for _ in 0..<50_000 {
            var header = Array(Self.fields.shuffled(using: &random).prefix(3).joined())
            for _ in 0..<Int.random(in: 0...2, using: &random) {
                header[Int.random(in: 0..<header.count, using: &random)] = .random(
                    in: 0...255, using: &random)
            }
            let read = try? header.withUnsafeBytes { try CallHeader(decoding: $0) }
            let call = try? self.read(header)
            let isTaken =
                read.map {
                    Self.methods.paths.contains($0.method) && $0.metadata.fault == nil
                        && ["", "identity"].contains($0.encoding)
                } ?? false
            #expect(isTaken == (call != nil), "\(header)")
            guard let read, let (start, metadata) = call else { continue }
            taken += 1
            #expect(Self.methods.path(of: start.method) == read.method, "\(header)")
            #expect(start.timeoutMicroseconds == read.timeoutMicroseconds, "\(header)")
            #expect(start.trace == read.trace, "\(header)")
            #expect(start.attempt == read.attempt, "\(header)")
            #expect((metadata ?? Metadata()) == read.metadata, "\(header)")
        }
        #expect(taken > 5000)
    }
}
