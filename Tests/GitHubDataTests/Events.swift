import Archive
import GitHubData
import JSON

/// An event as GH Archive writes it.
func line(
    type: String = "PushEvent", id: String = "1", repository: Int64? = 7,
    name: String = "owner/name", actor: String = "{\"id\":5,\"login\":\"five\"}",
    payload: String = "{\"distinct_size\":3,\"size\":4}",
    at time: String = "2023-04-07T10:00:00Z"
) -> String {
    let number = repository.map { "\"id\":\($0)," } ?? ""
    return "{\"id\":\"\(id)\",\"type\":\"\(type)\",\"actor\":\(actor),"
        + "\"repo\":{\(number)\"name\":\"\(name)\"},\"payload\":\(payload),"
        + "\"public\":true,\"created_at\":\"\(time)\"}"
}

/// Reads bytes as one hour file.
func scan(
    _ text: [UInt8], wanted: HourScan.Wanted = .init(ids: [7], names: ["owner/name"])
) throws -> HourScan? {
    let scan = HourScan(wanted)
    try GzipWriter.compress(text).withUnsafeBytes { try scan?.read($0) }
    try scan?.finish()
    return scan
}

/// The same from lines of text.
func scan(_ lines: [String]) throws -> HourScan? {
    try scan(Array(lines.map { $0 + "\n" }.joined().utf8))
}

/// What one event counts for.
func contribution(_ type: String, _ payload: String) throws -> Contribution? {
    try scan([line(type: type, payload: payload)])?.events.first?.contribution
}
