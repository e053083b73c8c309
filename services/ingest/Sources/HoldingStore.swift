import Postgres
import ServiceHost
import TallyAPI

/// What the stored days come to, per repository, so that scoring can compare its counters.
enum HoldingStore {
    /// Days that are read at a time: a block of a large repository has some hundreds of KiB.
    private static let pageRows: Int32 = 200

    static func days(in connection: PostgresConnection) throws -> FeedHoldings {
        try connection.execute("set transaction isolation level repeatable read, read only")
        let head = try FeedStore.head(in: connection)
        let newest = try connection.query(
            """
            select greatest((select max(change) from activity),
                            (select max(change) from repositories), 0) as change
            """)[0].int64("change")
        var holdings: [Holding] = []
        var last: (repositoryId: Int64, day: Int32) = (.min, 0)
        while true {
            let rows = try connection.query(
                """
                select repository_id, day - date '1970-01-01' as day, block from activity
                where (repository_id, activity.day) > ($1, date '1970-01-01' + $2::int)
                order by repository_id, activity.day limit $3
                """, [.int64(last.repositoryId), .int32(last.day), .int32(pageRows)])
            for row in rows {
                last = (try row.int64("repository_id"), try row.int32("day"))
                if holdings.last?.repositoryId != last.repositoryId {
                    holdings.append(Holding(repositoryId: last.repositoryId))
                }
                let block = try row.bytes("block")
                holdings[holdings.count - 1].add(block, of: last.day)
            }
            if rows.count < Int(pageRows) { break }
        }
        return FeedHoldings(
            feedID: head.id, newest: newest, change: head.change,
            holdings: holdings.filter { $0.rows + $0.unreadable > 0 })
    }
}

extension Holding {
    /// Adds what a day's block counts; one that does not parse is told apart.
    mutating func add(_ block: [UInt8], of day: Int32) {
        do {
            let content = try block.withUnsafeBytes { try ActivityBlock(decoding: $0) }
            for person in content.contributors { add(person, of: day) }
        } catch {
            unreadable += 1
        }
    }

    /// A sum beyond 64 bits stays at the largest value.
    private mutating func add(_ person: ContributorActivity, of day: Int32) {
        guard let counters = person.counters, counters != Counters() else { return }
        let values = counters.values.map { Int64(clamping: $0) }
        rows += 1
        digest ^= HoldingDigest.of([Int64(day), person.contributorId] + values)
        for value in values {
            let (more, overflow) = sum.addingReportingOverflow(value)
            sum = overflow ? .max : more
        }
    }
}

extension IngestStore {
    /// What the stored days come to.
    func holdings() async throws -> FeedHoldings {
        try await write(within: Self.verifyDeadline) { try HoldingStore.days(in: $0) }
    }
}
