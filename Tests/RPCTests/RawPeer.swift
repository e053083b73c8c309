import Glibc
import Sockets

/// A scripted byte player: a plain blocking socket that knows nothing of the framework.
final class RawPeer {
    private let descriptor: Int32
    static let preface: [UInt8] = [0xF1, 0x54, 0x41, 0x4C, 0x4C, 0x59, 1, 0]

    /// The bytes of a HELLO with the usual limits, as PROTOCOL.md prints them.
    static let hello = hex(
        "00000024 01 00 0024 00000000 0a0b 676174657761792f312e30 18808004 20808001 2880808002"
            + "308002 38808010 408827")

    /// A connection that somebody else made.
    init(descriptor: Int32) { self.descriptor = descriptor }

    /// - Parameter receiveBuffer: bytes that the kernel may hold for us; small, to be a slow peer.
    init(connectingTo address: SocketAddress, receiveBuffer: Int32? = nil) {
        self.descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        if var size = receiveBuffer {
            setsockopt(self.descriptor, SOL_SOCKET, SO_RCVBUF, &size, 4)
        }
        var target = sockaddr_in()
        target.sin_family = sa_family_t(AF_INET)
        target.sin_port = (address.port ?? 0).bigEndian
        target.sin_addr.s_addr = inet_addr("127.0.0.1")
        let status = withUnsafePointer(to: &target) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(self.descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        precondition(status == 0)
        var limit = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(
            self.descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit,
            socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(self.descriptor) }

    func send(_ bytes: [UInt8]) {
        _ = Glibc.send(self.descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    /// Sends on a thread of its own, so that what is answered meanwhile can be read; ends when the
    /// other side takes no more.
    func sendMeanwhile(_ parts: [[UInt8]]) {
        let own = dup(self.descriptor)
        RawThread.start {
            for part in parts {
                guard Glibc.send(own, part, part.count, Int32(MSG_NOSIGNAL)) == part.count else {
                    break
                }
            }
            close(own)
        }
    }

    /// Whether the other side said that nothing more comes, and did not cut the connection.
    func hasOrderlyEnd() -> Bool {
        var byte: UInt8 = 0
        return self.receive(&byte, 1) == 0
    }

    func endOutput() { shutdown(self.descriptor, Int32(SHUT_WR)) }

    func read(_ count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var have = 0
        while have < count {
            let got = self.receive(&bytes[have], count - have)
            if got <= 0 { return Array(bytes[..<have]) }
            have += got
        }
        return bytes
    }

    /// Everything until the other side closes.
    func rest() -> [UInt8] {
        var all: [UInt8] = []
        while case let part = self.readSome(), !part.isEmpty { all += part }
        return all
    }

    private func readSome() -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 65536)
        let got = self.receive(&bytes, bytes.count)
        return got > 0 ? Array(bytes[..<got]) : []
    }

    /// With a limit of time, `recv` is interrupted by every signal: a program of another test ends.
    private func receive(_ bytes: UnsafeMutableRawPointer, _ count: Int) -> Int {
        while true {
            let got = recv(self.descriptor, bytes, count, 0)
            if got >= 0 || errno != EINTR { return got }
        }
    }

    /// Preface and HELLO both ways.
    func greet() {
        self.send(Self.preface + Self.hello)
        _ = self.read(8)
        _ = self.frame()
    }

    /// The next frame: type, flags, stream, header block, body; nil when the connection ends first,
    /// also in the middle of one.
    func frame() -> (type: UInt8, flags: UInt8, stream: UInt32, header: [UInt8], body: [UInt8])? {
        let head = self.read(12)
        guard head.count == 12 else { return nil }
        let length = head[0..<4].reduce(0) { $0 << 8 | Int($1) }
        let split = Int(head[6]) << 8 | Int(head[7])
        let stream = head[8..<12].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        let payload = self.read(length)
        guard payload.count == length, split <= length else { return nil }
        return (head[4], head[5], stream, Array(payload[..<split]), Array(payload[split...]))
    }

    /// The code of the GOAWAY in the frames that follow, nil when none comes.
    func goAwayCode() -> UInt8? {
        while let frame = self.frame() {
            guard frame.type == 9 else { continue }
            // Field 2 is a varint; field 1 before it may have several bytes.
            var bytes = frame.header[...]
            if bytes.first == 0x08 {
                bytes = bytes.dropFirst().drop { $0 > 0x7F }.dropFirst()
            }
            return bytes.first == 0x10 ? bytes.dropFirst().first : 0
        }
        return nil
    }
}

/// Bytes from hexadecimal digits; blanks and bars are for the eye.
func hex(_ text: String) -> [UInt8] {
    let digits = text.filter(\.isHexDigit).map { UInt8($0.hexDigitValue ?? 0) }
    return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
}

/// A REQUEST for `/test.Test/Echo` with one byte.
func echoRequest(_ stream: UInt32, flags: UInt8 = 1, body: [UInt8] = [0x2A]) -> [UInt8] {
    let path = Array("/test.Test/Echo".utf8)
    let header = [0x0A, UInt8(path.count)] + path
    return rawFrame(2, flags, stream, header: header, body: body)
}

func rawFrame(
    _ type: UInt8, _ flags: UInt8, _ stream: UInt32, header: [UInt8] = [], body: [UInt8] = []
) -> [UInt8] {
    let length = UInt32(header.count + body.count)
    return withUnsafeBytes(of: length.bigEndian) { Array($0) } + [type, flags]
        + withUnsafeBytes(of: UInt16(header.count).bigEndian) { Array($0) }
        + withUnsafeBytes(of: stream.bigEndian) { Array($0) } + header + body
}
