// Invariant: whatever bytes come, a message is refused or read, and what was read is written in
// bytes that are read again as the same message, given as much room.

import RPCCore
import TallyAPI

private func encoded(_ message: some RPCMessage) -> [UInt8] {
    var bytes: [UInt8] = []
    message.encode(into: &bytes)
    return bytes
}

private func check<Message: RPCMessage>(_ type: Message.Type, _ raw: UnsafeRawBufferPointer) {
    guard let message = try? Message(decoding: raw) else { return }
    let bytes = encoded(message)
    let again =
        bytes.withUnsafeBytes { try? Message(decoding: $0) }
        ?? padded(bytes, 4 * raw.count + 64).withUnsafeBytes { try? Message(decoding: $0) }
    // Compared by their bytes, for a number that is none differs from itself.
    precondition(again.map { encoded($0) } == bytes)
}

/// The message and an unknown field of so many bytes. A message's budget of memory grows with its
/// bytes, and what was read in a long form may be written in one that is too short for it.
private func padded(_ bytes: [UInt8], _ count: Int) -> [UInt8] {
    var length = UInt32(count)
    // Field 536,870,911, length-delimited: the last number there is; no message has it.
    var padded = bytes + [0xFA, 0xFF, 0xFF, 0xFF, 0x0F]
    while length >= 0x80 {
        padded.append(UInt8(truncatingIfNeeded: length) | 0x80)
        length >>= 7
    }
    return padded + [UInt8(length)] + repeatElement(0, count: count)
}

/// The messages with lists, choices, texts and messages inside.
private let readers: [@Sendable (UnsafeRawBufferPointer) -> Void] = [
    { check(ActivityBatch.self, $0) }, { check(ActivityBlock.self, $0) },
    { check(FollowRequest.self, $0) }, { check(ScoreBatch.self, $0) },
    { check(TallyAPI.Page.self, $0) }, { check(RankResponse.self, $0) },
    { check(Explanation.self, $0) }, { check(Contributor.self, $0) },
    { check(ListJobsResponse.self, $0) }, { check(AddRepositoryRequest.self, $0) },
    { check(TailRequest.self, $0) }, { check(TailBatch.self, $0) },
]

/// One input of the fuzzer: a byte chooses the message, the rest is what was received.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzOneInput(_ data: UnsafePointer<UInt8>, _ size: Int) -> Int32 {
    guard size > 0 else { return 0 }
    let raw = UnsafeRawBufferPointer(start: data + 1, count: size - 1)
    readers[Int(data[0]) % readers.count](raw)
    return 0
}
