import RPCCore
import Testing

@Suite struct TraceContextTests {
    /// The example of W3C Trace Context section 3.2, in binary.
    private static let bytes: [UInt8] =
        [0] + [0x4B, 0xF9, 0x2F, 0x35, 0x77, 0xB3, 0x4D, 0xA6]
        + [0xA3, 0xCE, 0x92, 0x9D, 0x0E, 0x0E, 0x47, 0x36]
        + [0x00, 0xF0, 0x67, 0xAA, 0x0B, 0xA9, 0x02, 0xB7] + [1]

    @Test func `it is read and written as the recommendation's example`() throws {
        let trace = try #require(TraceContext(Self.bytes))
        #expect(trace.id == "4bf92f3577b34da6a3ce929d0e0e4736")
        #expect(trace.span == 0x00F0_67AA_0BA9_02B7)
        #expect(trace.bytes == Self.bytes)
        let child = trace.child()
        #expect(child.id == trace.id && child.span != trace.span)
    }

    @Test func `what is no trace is as if nothing came`() {
        #expect(TraceContext([]) == nil)
        #expect(TraceContext(Array(Self.bytes.dropLast())) == nil)
        #expect(TraceContext(Self.bytes + [0]) == nil)
        #expect(TraceContext([1] + Self.bytes.dropFirst()) == nil)
        let noTrace = [0] + [UInt8](repeating: 0, count: 16) + Self.bytes[17...]
        #expect(TraceContext(noTrace) == nil)
        let noSpan = Self.bytes[..<17] + [UInt8](repeating: 0, count: 8) + [1]
        #expect(TraceContext(Array(noSpan)) == nil)
    }

    @Test(arguments: [
        ("4bf92f3577b34da6a3ce929d0e0e4736", true),
        ("4BF92F35-77B3-4DA6-A3CE-929D0E0E4736", true),
        ("4bf92f3577b34da6a3ce929d0e0e473", false), ("4bf92f3577b34da6a3ce929d0e0e47360", false),
        ("4bf92f3577b34da6a3ce929d0e0e473g", false), (String(repeating: "0", count: 32), false),
        ("", false),
    ])
    func `an id is 32 digits, with or without dashes`(text: String, isOne: Bool) {
        let trace = TraceContext(id: text, span: 1)
        #expect(trace?.id == (isOne ? "4bf92f3577b34da6a3ce929d0e0e4736" : nil))
    }

    @Test func `a source gives each stream another trace`() {
        let source = TraceSource()
        let ids = Set((1...1000).map { source.trace(of: UInt32($0)).id })
        #expect(ids.count == 1000)
        #expect(source.trace(of: 1) == source.trace(of: 1))
        #expect(TraceSource().trace(of: 1).id != source.trace(of: 1).id)
    }
}
