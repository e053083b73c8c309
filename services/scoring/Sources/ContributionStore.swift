import Postgres
import TallyAPI

/// The counters per repository, day and contributor.
enum ContributionStore {
    typealias Block = (row: ActivityRow, block: ActivityBlock)

    /// Replaces whole days: what a day held before and holds now is touched.
    static func replace(
        _ blocks: [Block], epoch: Int32 = 0, _ touched: inout TouchedPairs,
        in connection: PostgresConnection
    ) throws {
        guard !blocks.isEmpty else { return }
        let before = try connection.query(
            """
            delete from contributions c
            using unnest($1::bigint[], $2::int[]) as days (repository_id, day)
            where c.repository_id = days.repository_id and c.day = days.day
            returning c.repository_id, c.contributor_id
            """,
            [
                .int64Array(blocks.map(\.row.repositoryId)), .int32Array(blocks.map(\.row.day)),
            ])
        for row in before {
            touched.add(try row.int64("repository_id"), try row.int64("contributor_id"))
        }
        try self.insert(blocks, epoch, &touched, in: connection)
    }

    private static func insert(
        _ blocks: [Block], _ epoch: Int32, _ touched: inout TouchedPairs,
        in connection: PostgresConnection
    ) throws {
        var (repositories, days, people): ([Int64], [Int32], [Int64]) = ([], [], [])
        var columns = [[Int64]](repeating: [], count: CounterColumns.names.count)
        for (row, block) in blocks {
            for person in block.contributors {
                guard let counters = person.counters, !counters.isEmpty else { continue }
                repositories.append(row.repositoryId)
                days.append(row.day)
                people.append(person.contributorId)
                for (index, value) in counters.values.enumerated() {
                    columns[index].append(Int64(clamping: value))
                }
                touched.add(row.repositoryId, person.contributorId)
            }
        }
        guard !people.isEmpty else { return }
        let parameters = (4...13).map { "$\($0)::bigint[]" }.joined(separator: ", ")
        try connection.execute(
            """
            insert into contributions
              (repository_id, day, contributor_id, \(CounterColumns.list), epoch)
            select new.*, $14::int
            from unnest($1::bigint[], $2::int[], $3::bigint[], \(parameters)) as new
            """,
            [.int64Array(repositories), .int32Array(days), .int64Array(people)]
                + columns.map { .int64Array($0) } + [.int32(epoch)])
    }

    /// A repository is gone.
    static func forget(
        _ repositoryID: Int64, _ touched: inout TouchedPairs, in connection: PostgresConnection
    ) throws {
        let rows = try connection.query(
            "delete from contributions where repository_id = $1 returning contributor_id",
            [.int64(repositoryID)])
        for row in rows { touched.add(repositoryID, try row.int64("contributor_id")) }
    }

    /// What was not sent again since the cursor was set to 0 is not upstream any more.
    ///
    /// - Returns: how many rows went.
    static func sweep(
        before epoch: Int32, _ touched: inout TouchedPairs, in connection: PostgresConnection
    ) throws -> Int {
        let rows = try connection.query(
            "delete from contributions where epoch < $1 returning repository_id, contributor_id",
            [.int32(epoch)])
        for row in rows {
            touched.add(try row.int64("repository_id"), try row.int64("contributor_id"))
        }
        try connection.execute(
            "update repositories set removed = true, change = 0 where epoch < $1 and not removed",
            [.int32(epoch)])
        return rows.count
    }
}
