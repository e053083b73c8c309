import RPCCore
import ServiceKit

/// What callers may say: every field is checked before anything is touched (BAD-02).
enum RequestRules {
    static let pageSizeMax: UInt32 = 100
    static let defaultPageSize: UInt32 = 50
    static let pageMax: UInt32 = 1_000_000
    /// Days of a scrape when none are named.
    static let defaultDays: Int32 = 730
    /// 2008-01-01: GitHub is not older.
    static let firstDay = CivilDay(rawValue: 13_879)
    private static let queryBytesMax = 200

    /// The status for a bad field.
    static func invalid(_ field: String, _ why: String) -> RPCError {
        RPCError(.invalidArgument, "\(field): \(why)", reason: "INVALID_FIELD")
    }

    /// "owner/name", as GitHub allows it.
    static func repositoryName(owner: String, name: String) throws(RPCError) -> String {
        guard isOwner(owner) else {
            throw invalid("owner", "1 to 39 letters, digits, '-' or '_', as on GitHub")
        }
        guard isName(name) else {
            throw invalid(
                "name", "1 to 100 letters, digits, '.', '-' or '_', as on GitHub; not '.git'")
        }
        return owner + "/" + name
    }

    /// The same from one text.
    static func repositoryName(
        _ text: String, field: String
    ) throws(RPCError) -> String {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, isOwner(parts[0]), isName(parts[1]) else {
            throw invalid(field, "\"owner/name\", as on GitHub")
        }
        return text
    }

    private static func isOwner(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard let first = bytes.first, bytes.count <= 39 else { return false }
        return isWordByte(first) && bytes.allSatisfy { isWordByte($0) || $0 == 0x2d || $0 == 0x5f }
    }

    private static func isName(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard !bytes.isEmpty, bytes.count <= 100 else { return false }
        guard text != ".", text != "..", !text.lowercased().hasSuffix(".git") else { return false }
        return bytes.allSatisfy { isWordByte($0) || $0 == 0x2d || $0 == 0x2e || $0 == 0x5f }
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
        case _: false
        }
    }

    /// The range asked for; 0 stands for the default: the last 730 days, to today.
    static func days(
        since: Int32, until: Int32, today: CivilDay
    ) throws(RPCError) -> ClosedRange<CivilDay> {
        let last = until == 0 ? today : CivilDay(rawValue: until)
        guard last >= firstDay, last <= today else {
            throw invalid("until_day", "a day from \(firstDay) to today, \(today)")
        }
        let earliest = CivilDay(rawValue: max(last.rawValue - defaultDays + 1, firstDay.rawValue))
        let first = since == 0 ? earliest : CivilDay(rawValue: since)
        guard first >= firstDay, first <= today else {
            throw invalid("since_day", "a day from \(firstDay) to today, \(today)")
        }
        guard first <= last else { throw invalid("since_day", "not after until_day") }
        return first...last
    }

    /// A job's id.
    static func jobId(_ text: String) throws(RPCError) -> String {
        guard let id = UUIDv7.canonical(text) else { throw invalid("id", "a job's id, a UUID") }
        return id
    }

    /// Offset and limit of a page.
    static func page(
        _ page: UInt32, size: UInt32
    ) throws(RPCError) -> (offset: Int64, limit: Int64) {
        guard page <= pageMax else { throw invalid("page", "1 to \(pageMax)") }
        guard size <= pageSizeMax else { throw invalid("page_size", "1 to \(pageSizeMax)") }
        let limit = Int64(size == 0 ? defaultPageSize : size)
        return (Int64(max(page, 1) - 1) * limit, limit)
    }

    /// A part of a name to look for.
    static func query(_ text: String) throws(RPCError) -> String {
        guard text.utf8.count <= queryBytesMax, !text.utf8.contains(0) else {
            throw invalid("query", "at most \(queryBytesMax) bytes, none of them NUL")
        }
        return text
    }
}
