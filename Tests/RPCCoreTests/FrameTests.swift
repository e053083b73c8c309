import Testing

@testable import RPCCore

/// Bytes written as hexadecimal digits, blanks between.
func hex(_ text: String) -> [UInt8] {
    let digits = text.filter { $0 != " " }.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] * 16 + digits[$0 + 1]) }
}

@Suite struct FrameTests {
    /// Frames of a stream that comes in pieces, or the fault that ended it.
    private func read(
        _ pieces: [[UInt8]], limits: Limits = Limits()
    ) -> (frames: [String], fault: GoAway.Code?) {
        var reader = FrameReader(limits: limits)
        var frames: [String] = []
        do throws(ConnectionFault) {
            for piece in pieces {
                let result = piece.withUnsafeBytes { raw -> Result<Void, ConnectionFault> in
                    do throws(ConnectionFault) {
                        try reader.read(raw) { step in
                            switch step {
                            case .frame(let frame):
                                frames.append(
                                    "\(frame.type) \(frame.flags.rawValue) \(frame.stream) "
                                        + "\(Array(frame.header)) \(Array(frame.body))")
                            case .ignored(let type): frames.append("ignored \(type)")
                            }
                        }
                        return .success(())
                    } catch { return .failure(error) }
                }
                try result.get()
            }
        } catch { return (frames, error.code) }
        return (frames, nil)
    }

    @Test func `the golden bytes of the wire's description are written as they stand there`() {
        var header = CallHeader(method: "/tally.ranking.v1.Ranking/GetPage")
        header.timeoutMicroseconds = 250_000
        let request = Frame.encoded(
            .request, .end, stream: 1, header: header.encoded(),
            body: hex("0a0d 70616c6c6574732f666c61736b 1032"))
        #expect(
            request
                == hex(
                    "00000038 02 01 0027 00000001 0a21 2f74616c6c792e72616e6b696e672e76312e52616e6b"
                        + "696e672f47657450616765 1090a10f 0a0d 70616c6c6574732f666c61736b 1032"))
        let status = StatusBlock(RPCError(.notFound, "repository not tracked"))
        #expect(
            Frame.encoded(.status, [.end, .noMessage], stream: 1, header: status.encoded())
                == hex(
                    "0000001a 04 09 001a 00000001 0805 1216 7265706f7369746f7279206e6f742074726163"
                        + "6b6564"))
        #expect(
            Frame.encoded(
                .cancel, stream: 7, header: CancelBlock(code: .deadlineExceeded).encoded())
                == hex("00000002 06 00 0002 00000007 0804"))
        let farewell = GoAway(
            lastStream: 0x7FFF_FFFF, code: .noError, reason: "draining", graceMilliseconds: 30_000)
        #expect(
            Frame.encoded(.goAway, header: farewell.encoded())
                == hex("00000014 09 00 0014 00000000 08ffffffff07 1a08 647261696e696e67 20b0ea01"))
    }

    @Test func `RPC-66 a stream cut at any byte gives the same frames`() {
        let stream =
            Frame.encoded(.request, .end, stream: 1, header: [8, 1], body: [1, 2, 3])
            + Frame.encoded(.message, .noMessage, stream: 1)
            + hex("00000003 20 00 0000 00000005 010203")
            + Frame.encoded(.ping, body: [0, 1, 2, 3, 4, 5, 6, 7])
        let whole = self.read([stream])
        #expect(whole.frames.count == 4)
        for cut in 1..<stream.count {
            let parts = self.read([Array(stream[..<cut]), Array(stream[cut...])])
            #expect(parts.frames == whole.frames)
        }
        #expect(self.read(stream.map { [$0] }).frames == whole.frames)
    }

    @Test(arguments: [
        ("RPC-53 length above the limit", "00010001 03 00 0000 00000001", GoAway.Code.frameSize),
        ("RPC-53 the longest length", "ffffffff 03 00 0000 00000001", .frameSize),
        ("RPC-54 header longer than the frame", "00000004 02 00 0005 00000001", .frameSize),
        ("RPC-54 header above its limit", "00005000 02 00 4001 00000001", .frameSize),
        ("RPC-55 the reserved type", "00000000 00 00 0000 00000000", .protocolViolation),
        ("RPC-55 an unknown critical type", "00000000 80 00 0000 00000001", .protocolViolation),
        ("RPC-56 an unknown flag", "00000000 03 40 0000 00000001", .protocolViolation),
        ("RPC-56 a flag of another type", "00000008 08 01 0000 00000000", .protocolViolation),
        ("RPC-57 a call on stream 0", "00000000 02 01 0000 00000000", .protocolViolation),
        ("RPC-57 a ping on a stream", "00000008 08 00 0000 00000001", .protocolViolation),
        ("RPC-57 the top bit", "00000000 03 00 0000 80000001", .protocolViolation),
        ("a header on a message", "00000002 03 00 0002 00000001", .protocolViolation),
        ("a ping of seven bytes", "00000007 08 00 0000 00000000", .frameSize),
        ("a window of three bytes", "00000003 07 00 0000 00000001", .frameSize),
    ])
    func `a head that breaks a rule is refused before its payload comes`(
        what: String, head: String, code: GoAway.Code
    ) {
        #expect(self.read([hex(head)]).fault == code, "\(what)")
    }

    @Test func `RPC-55 an ignorable extension is passed over with its payload`() {
        let stream =
            hex("00000002 7f ff 0000 00000000 abcd")
            + Frame.encoded(.ping, body: [UInt8](repeating: 1, count: 8))
        #expect(self.read([stream]).frames.first == "ignored 127")
        #expect(self.read([stream]).frames.count == 2)
    }

    @Test func `a frame of exactly the limit is taken`() {
        var limits = Limits()
        limits.frameBytesMax = 16 * 1024
        let body = [UInt8](repeating: 7, count: 16 * 1024)
        #expect(
            self.read([Frame.encoded(.message, stream: 1, body: body)], limits: limits).fault == nil
        )
        #expect(
            self.read([Frame.encoded(.message, stream: 1, body: body + [7])], limits: limits).fault
                == .frameSize)
    }

    @Test(arguments: [
        ("f1", Preface.Reading.incomplete), ("f154414c4c5901", .incomplete),
        ("f154414c4c590100", .valid), ("f154414c4c590109", .valid),
        ("f154414c4c590200", .otherVersion(major: 2, minor: 0)), ("f155", .foreign),
        ("474554202f", .http), ("160301", .tls), ("00000000", .foreign), ("", .incomplete),
    ])
    func `RPC-46 the first bytes tell the protocol`(bytes: String, reading: Preface.Reading) {
        #expect(Preface.read(hex(bytes)) == reading)
    }

    @Test func `RPC-46 the hint for HTTP clients is whole HTTP`() throws {
        let text = String(decoding: Preface.httpAnswer, as: UTF8.self)
        let parts = text.split(separator: "\r\n\r\n", maxSplits: 1)
        #expect(parts[0].contains("Content-Length: \(parts[1].utf8.count)"))
    }
}
