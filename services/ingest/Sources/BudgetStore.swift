import Crypto
import Postgres
import ServiceKit

/// The queries of BigQuery and what they cost: `budget`. All clocks are the database's.
///
/// Every function works inside the caller's transaction.
enum BudgetStore {
    /// One at a time asks whether there is money left and takes it.
    private static let lock: Int64 = 0x7461_6c6c_7962_7164
    /// Google keeps the rows of a query for 24 hours.
    private static let hoursReusable = 23
    /// A query that Google does not know after so long was never sent.
    private static let hoursUnsent = 1

    /// Bytes billed or promised since the day and the month began, in UTC.
    struct Spent: Hashable, Sendable {
        var todayBytes: Int64
        var monthBytes: Int64
        /// Of these, promised to queries whose bill is not known yet.
        var openBytes: Int64
        var queriesToday: Int64
        var queriesThisMonth: Int64
    }

    static func spent(in connection: PostgresConnection) throws -> Spent {
        let rows = try connection.query(
            """
            with entries as (
              select coalesce(billed_bytes, bytes_max) as bytes, billed_bytes is null as is_open,
                     started_at >= date_trunc('day', now(), 'UTC') as is_today
              from budget where started_at >= date_trunc('month', now(), 'UTC'))
            select coalesce(sum(bytes) filter (where is_today), 0)::bigint as today,
                   coalesce(sum(bytes), 0)::bigint as month,
                   coalesce(sum(bytes) filter (where is_open), 0)::bigint as open,
                   count(*) filter (where is_today) as queries_today, count(*) as queries
            from entries
            """)
        guard let row = rows.first else { throw IngestError(.corrupt, "a sum has no row") }
        return Spent(
            todayBytes: try row.int64("today"), monthBytes: try row.int64("month"),
            openBytes: try row.int64("open"), queriesToday: try row.int64("queries_today"),
            queriesThisMonth: try row.int64("queries"))
    }

    /// Takes a query's price out of the budget and keeps its id, before it is sent.
    /// - Returns: the query with its limit.
    /// - Throws: `BudgetRule.Refusal`.
    static func reserve(
        _ new: StoredQuery, caps: BudgetRule.Caps, in connection: PostgresConnection
    ) throws -> StoredQuery {
        _ = try connection.query("select pg_advisory_xact_lock($1)", [.int64(lock)])
        let rule = BudgetRule(caps: caps, try spent(in: connection))
        if let refusal = rule.refusal(of: BigQueryPrice.microUSD(new.estimatedBytes)) {
            throw refusal
        }
        var query = new
        query.bytesMax = rule.bytesMax(for: new.estimatedBytes)
        let rows = try connection.query(
            """
            insert into budget
              (query_id, purpose, text_digest, repository_ids, repository_names, since, until,
               estimated_bytes, bytes_max)
            values ($1, $2, $3, $4::bigint[], $5::text[], date '1970-01-01' + $6::int,
                    date '1970-01-01' + $7::int, $8, $9)
            returning (extract(epoch from started_at) * 1000000)::bigint as started_us
            """,
            [
                .string(query.id), .string(query.query.purpose), .bytes(digest(query.query)),
                .int64Array(query.ids), .stringArray(query.names),
                .int32(query.days.lowerBound.rawValue), .int32(query.days.upperBound.rawValue),
                .int64(query.estimatedBytes), .int64(query.bytesMax),
            ])
        query.startedUs = try rows.first?.int64("started_us") ?? 0
        return query
    }

    private static func digest(_ query: BigQueryQuery) -> [UInt8] {
        SHA256.digest(of: query.text)
    }

    /// Writes down what a query cost. False: it was written before; nothing changes.
    static func bill(
        _ id: String, bytes: Int64, _ outcome: StoredQuery.Outcome,
        in connection: PostgresConnection
    ) throws -> Bool {
        try connection.execute(
            """
            update budget set billed_bytes = $2, state = $3, finished_at = now()
            where query_id = $1 and billed_bytes is null
            """, [.string(id), .int64(bytes), .string(outcome.rawValue)]) > 0
    }

    /// The rows of these queries are stored.
    static func markRead(_ ids: [String], in connection: PostgresConnection) throws {
        try connection.execute(
            """
            update budget set read_at = coalesce(read_at, now())
            where query_id in (select unnest($1::text[]))
            """, [.stringArray(ids)])
    }

    private static let columns = """
        query_id, repository_ids, repository_names, (since - date '1970-01-01') as since, \
        (until - date '1970-01-01') as until, estimated_bytes, bytes_max, purpose, \
        (extract(epoch from started_at) * 1000000)::bigint as started_us
        """

    /// Queries for activity whose rows nobody has stored to their end, newest first.
    static func reusable(in connection: PostgresConnection) throws -> [StoredQuery] {
        // The same text with other values: only the text decides whether rows are ours.
        let now = BigQueryQuery.activity(
            ids: [], names: [], days: RequestRules.firstDay...RequestRules.firstDay)
        return try connection.query(
            """
            select \(columns) from budget
            where purpose = 'activity' and read_at is null and state in ('open', 'done')
              and text_digest = $1 and started_at > now() - make_interval(hours => $2)
            order by started_at desc, query_id
            """, [.bytes(digest(now)), .int32(Int32(hoursReusable))]
        ).map(record)
    }

    /// A query whose bill is not known yet.
    struct Open: Hashable, Sendable {
        var id: String
        /// It looks a name up: no job reads its rows.
        var isLookUp: Bool
        /// No active job reads its repositories from BigQuery; a look-up takes no ten minutes.
        var isOrphaned: Bool
        /// Google should have heard of it by now.
        var isOld: Bool
    }

    static func open(in connection: PostgresConnection) throws -> [Open] {
        try connection.query(
            """
            select query_id, started_at < now() - make_interval(hours => $1) as is_old,
                   purpose = 'find' as is_look_up,
                   case purpose when 'find' then started_at < now() - interval '10 min'
                   else not exists (
                     select 1 from scrape_jobs j
                     where j.repository_id in (select unnest(repository_ids))
                       and j.source in ($2, $3)
                       and (j.status = 'queued' or j.phase in ('planning', 'fetching')))
                   end as is_orphaned
            from budget where billed_bytes is null order by started_at, query_id
            """,
            [.int32(Int32(hoursUnsent)), .string(SourceRank.bigquery), .string(SourcePlanner.auto)]
        ).map { row in
            Open(
                id: try row.string("query_id"), isLookUp: try row.bool("is_look_up"),
                isOrphaned: try row.bool("is_orphaned"), isOld: try row.bool("is_old"))
        }
    }

    private static func record(_ row: PostgresRow) throws -> StoredQuery {
        let ids = try row.int64Array("repository_ids")
        let names = try row.stringArray("repository_names")
        let (since, until) = (
            CivilDay(rawValue: try row.int32("since")), CivilDay(rawValue: try row.int32("until"))
        )
        guard since <= until else { throw IngestError(.corrupt, "a query's days are in no order") }
        return StoredQuery(
            id: try row.string("query_id"),
            query: .activity(ids: ids, names: names, days: since...until), ids: ids, names: names,
            days: since...until, estimatedBytes: try row.int64("estimated_bytes"),
            bytesMax: try row.int64("bytes_max"), startedUs: try row.int64("started_us"))
    }
}

extension BudgetRule {
    init(caps: Caps, _ spent: BudgetStore.Spent) {
        self.init(
            caps: caps, spentToday: BigQueryPrice.microUSD(spent.todayBytes),
            spentThisMonth: BigQueryPrice.microUSD(spent.monthBytes))
    }
}
