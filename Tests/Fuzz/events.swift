// Invariant: any bytes are lines that are read without harm, each the same whatever lines came
// before; one is an event exactly when simdjson's own parser and plain look-ups find one in it,
// with the same fields; and where Foundation's reader takes it, names and numbers are the same.

import Foundation

private func read(_ line: [UInt8], with scanner: EventScanner?) -> EventScanner.Line? {
    // The buffer ends where the scanner promised not to read on.
    (line + [UInt8](repeating: 0x7d, count: EventScanner.padding)).withUnsafeBytes {
        scanner?.read($0, 0..<line.count)
    }
}

private func check(_ fields: EventFields, by line: [UInt8]) {
    guard let any = try? JSONSerialization.jsonObject(with: Data(line)),
        let event = any as? [String: Any], let repository = event["repo"] as? [String: Any]
    else { return }
    let actor = event["actor"] as? [String: Any]
    let texts = [
        (fields.type, event["type"]), (fields.createdAt, event["created_at"]),
        (fields.repository, repository["name"]), (fields.login, actor?["login"]),
    ]
    for (text, value) in texts {
        guard let value = value as? String else { continue }
        precondition(Array(text.utf8) == Array(value.utf8), "\(text)")
    }
    for (number, value) in [
        (fields.repositoryID, repository["id"]), (fields.actorID, actor?["id"]),
    ] where number != nil {
        precondition((value as? NSNumber)?.int64Value == number, "\(number ?? 0)")
    }
}

private func check(_ line: [UInt8], after scanner: EventScanner?) {
    let result = read(line, with: scanner)
    if case .event(let fields) = result { check(fields, by: line) }
    do throws(JSONError) {
        let expected = EventExpectation(try JSONReader.read(line)).fields
        precondition(result == expected.map { .event($0) } ?? .malformed)
    } catch {
        precondition(error.code != .malformed || result == .malformed)
        precondition(read(line, with: EventScanner(wanted: [])) == result)
    }
}

/// One input of the fuzzer.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzOneInput(_ data: UnsafePointer<UInt8>, _ size: Int) -> Int32 {
    let scanner = EventScanner(wanted: [])
    let bytes = UnsafeBufferPointer(start: data, count: size)
    for line in bytes.split(separator: 10) { check(Array(line), after: scanner) }
    return 0
}
