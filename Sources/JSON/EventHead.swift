private import Glibc

/// Reads from the beginning of a line, as GH Archive has written it since 2015, whose event it is:
///
///     {"id":"26","type":"PushEvent","actor":{"id":7,...},"repo":{"id":42,"name":...
///
/// Nearly all events of an hour are of repositories that nobody wants. Parsing one costs more than
/// inflating it did; this costs a twentieth. A line that begins in any other way is left to the
/// parser.
struct EventHead {
    private let bytes: UnsafeRawPointer
    private let count: Int

    /// The line must not be empty.
    init(_ bytes: UnsafeRawPointer, count: Int) {
        self.bytes = bytes
        self.count = count
    }

    /// The number of the event's repository; nil when the line has another form.
    ///
    /// The second brace of the line opens the actor's object, the third the repository's: no line
    /// that was glued together inside of its head passes for an event.
    var repositoryID: Int64? {
        guard self.stands(#"{"id":""#, endingAt: 7),
            self.bytes[self.count - 1] == UInt8(ascii: "}"),
            let actor = self.brace(from: 7), self.stands(#"","actor":"#, endingAt: actor),
            let repository = self.brace(from: actor + 1),
            self.stands(#"},"repo":"#, endingAt: repository),
            self.stands(#"{"id":"#, endingAt: repository + 6)
        else { return nil }
        return self.number(from: repository + 6)
    }

    private func brace(from start: Int) -> Int? {
        guard let found = memchr(self.bytes + start, 0x7b, self.count - start) else { return nil }
        return UnsafeRawPointer(found) - self.bytes
    }

    private func stands(_ text: StaticString, endingAt end: Int) -> Bool {
        let length = text.utf8CodeUnitCount
        guard end >= length, end <= self.count else { return false }
        return memcmp(self.bytes + (end - length), text.utf8Start, length) == 0
    }

    /// A number of at most 18 digits that a comma follows.
    private func number(from start: Int) -> Int64? {
        var number: Int64 = 0
        for place in start..<min(start + 19, self.count) {
            let byte = self.bytes[place]
            if byte == UInt8(ascii: ","), place > start { return number }
            guard (0x30...0x39).contains(byte) else { return nil }
            number = number &* 10 &+ Int64(byte &- 0x30)
        }
        return nil
    }
}

extension UnsafeRawPointer {
    fileprivate subscript(place: Int) -> UInt8 { self.load(fromByteOffset: place, as: UInt8.self) }
}
