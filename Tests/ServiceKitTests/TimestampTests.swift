import ServiceKit
import Testing

@Suite struct TimestampTests {
    @Test(
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("2026-11-24T03:50:58Z", 1_795_492_258_000_000),
            ("1969-12-31T23:59:59Z", -1_000_000), ("2016-12-31T23:59:60Z", 1_483_228_800_000_000),
        ] as [(String, Int64)])
    func `RFC 3339 is read to the microsecond`(text: String, microseconds: Int64) {
        #expect(Timestamp(text)?.rawValue == microseconds)
    }

    @Test(
        arguments: [
            ("2026-11-24T03:50:58.5Z", 500_000), ("2026-11-24T03:50:58.000001Z", 1),
            ("2026-11-24T03:50:58.123456789Z", 123_456),
        ] as [(String, Int64)])
    func `a fraction counts, what is finer is dropped`(text: String, microseconds: Int64) {
        #expect(Timestamp(text)?.rawValue == 1_795_492_258_000_000 + microseconds)
    }

    @Test(arguments: [
        "", "2026-11-24", "2026-11-24T03:50:58", "2026-11-24T03:50:58+00:00",
        "2026-11-24 03:50:58Z", "2026-11-24T24:00:00Z", "2026-11-24T03:60:58Z",
        "2026-11-24T03:50:61Z", "2026-02-30T03:50:58Z", "2026-11-24T03:50:58.Z",
        "2026-11-24T03:50:58.1234567890Z", "2026-11-24T03:50:58,5Z", "2026-11-24T3:50:58Z ",
    ])
    func `BAD-06 another form is refused`(text: String) {
        #expect(Timestamp(text) == nil)
    }

    @Test func `printed and read again it is the same`() {
        for value: Int64 in [0, 1, 999_999, -1, 1_795_492_258_123_456, -62_135_596_800_000_000] {
            let time = Timestamp(rawValue: value)
            #expect(Timestamp(time.precise) == time)
        }
    }

    @Test func `the short form has seconds alone`() {
        let time = Timestamp(rawValue: 1_795_492_258_999_999)
        #expect(time.description == "2026-11-24T03:50:58Z")
        #expect(time.precise == "2026-11-24T03:50:58.999999Z")
        #expect(time.day.description == "2026-11-24")
    }
}
