import Foundation
import ServiceKit
import Testing

@testable import ServiceHost

/// Files that a probe reads whole.
@Suite struct ProbeInputTests {
    /// Runs `body` with the path of a file that is gone afterwards.
    private func withFile<Value>(
        of bytes: Int, _ body: (String) throws -> Value
    ) throws -> Value {
        let file = FileManager.default.temporaryDirectory.appending(
            path: "probe-input-\(UUID().uuidString)")
        try Data(repeating: 0x61, count: bytes).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        return try body(file.path)
    }

    @Test(arguments: [(99_999, true), (100_000, true), (100_001, false)])
    func `a file may be as large as its use allows`(bytes: Int, fits: Bool) throws {
        let input = ProbeInput(name: "-d", bytesMax: 100_000)
        try self.withFile(of: bytes) { (path: String) throws in
            let read = Result { () throws(UsageError) in try input.read(path).count }
            let refusal = UsageError("-d: \(path) is larger than 100000 bytes")
            #expect(read == (fits ? .success(bytes) : .failure(refusal)))
        }
    }

    @Test func `captures and bodies may be larger than secrets`() throws {
        try self.withFile(of: 5 << 20) { (path: String) throws in
            let (capture, body) = (
                try ProbeInput.capture.read(path), try ProbeInput.body.read(path)
            )
            #expect(capture.count == 5 << 20 && body.count == 5 << 20)
            #expect(SystemAccess.read(path) == nil)
        }
        #expect(ProbeInput.body.bytesMax == 16 << 20)
        #expect(ProbeInput.capture.bytesMax == 64 << 20)
    }

    @Test func `what is not there is not called too large`() {
        for (path, cause) in [
            ("/no/such", "No such file or directory"), ("/tmp", "Is a directory"),
        ] {
            let read = Result { () throws(UsageError) in try ProbeInput.capture.read(path) }
            #expect(read == .failure(UsageError("FILE: \(path) cannot be read: \(cause)")))
        }
    }
}
