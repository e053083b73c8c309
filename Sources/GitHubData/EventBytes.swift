internal import Glibc

extension UnsafeRawBufferPointer {
    /// Whether these are the bytes of a word.
    func isSame(as word: StaticString) -> Bool {
        guard self.count == word.utf8CodeUnitCount, let start = self.baseAddress else {
            return false
        }
        return memcmp(start, word.utf8Start, self.count) == 0
    }

    /// Whether these are the bytes of a text.
    package func isSame(as text: String) -> Bool {
        guard self.count == text.utf8.count, let start = self.baseAddress else { return false }
        return text.utf8.withContiguousStorageIfAvailable { bytes in
            bytes.baseAddress.map { memcmp($0, start, bytes.count) == 0 } ?? true
        } ?? text.utf8.elementsEqual(self)
    }
}

extension String {
    /// Lends the text's bytes.
    package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        var text = self
        return text.withUTF8 { body(UnsafeRawBufferPointer($0)) }
    }
}
