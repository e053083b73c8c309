import Crypto
import ServiceKit

/// Queries from their price to their bill.
extension BigQuerySource {
    /// An answer's first page, the query that gave it, and what it cost.
    struct Answer: Sendable {
        var query: StoredQuery
        var page: BigQueryReply.Page
        var bytes: Int64
    }

    /// Prices a query, takes that out of the budget, stores its id.
    /// - Throws: `BudgetRule.Refusal`, `BigQueryFault`, `IngestError`.
    func reserve(
        _ query: BigQueryQuery, ids: [Int64], names: [String], days: ClosedRange<CivilDay>
    ) async throws -> StoredQuery {
        let bytes = BigQueryPrice.billed(
            processed: try await client.dryRun(query), tables: query.tables.count)
        let reserved = try await store.reserve(
            StoredQuery(
                id: "tally_" + Text.hex(Secrets.random(16)), query: query, ids: ids, names: names,
                days: days, estimatedBytes: bytes, bytesMax: bytes, startedUs: 0), caps: caps)
        logger.info(
            "BigQuery is asked",
            [
                "query": reserved.id, "days": "\(days.lowerBound)…\(days.upperBound)",
                "repositories": "\(ids.count)", "bytes": "\(bytes)",
                "price": BigQueryPrice.text(BigQueryPrice.microUSD(bytes)),
            ])
        return reserved
    }

    /// Sends a query, or finds it where it was sent before, and waits for its first rows.
    ///
    /// What failed of Google's own trouble costs nothing and is asked again under another id.
    /// - Throws: `BigQueryFault`, `BudgetRule.Refusal`, `IngestError`, `CancellationError`.
    /// - Parameter isOld: it was sent by somebody else, earlier.
    func answer(_ first: StoredQuery, isOld: Bool = false) async throws -> Answer {
        var query = first
        var tries = 1
        while true {
            do { return try await attend(query) } catch let fault as BigQueryFault {
                // An old query may have been cancelled, or stopped at a limit of its own.
                let isWorthIt = fault.isRetried || query.id == first.id && isOld
                guard fault.endedJob, isWorthIt, tries < Self.triesMax else { throw fault }
                tries += 1
                logger.warning(
                    "a query failed and is asked again",
                    ["query": query.id, "reason": fault.reason])
                query = try await reserve(
                    query.query, ids: query.ids, names: query.names, days: query.days)
            }
        }
    }

    private func attend(_ query: StoredQuery) async throws -> Answer {
        attended.insert(query.id)
        defer { attended.remove(query.id) }
        do {
            try await client.insert(query.query, id: query.id, bytesMax: query.bytesMax)
        } catch let fault as BigQueryFault where fault.status >= 400 && fault.reason != "auth" {
            // Refused: nothing to pay, unless an earlier try did arrive.
            if try await client.job(query.id) == nil {
                _ = try await store.bill(query.id, bytes: 0, .failed)
                throw fault
            }
        } catch is CancellationError {
            dismiss(query.id)
            throw CancellationError()
        }
        do {
            let page = try await client.firstPage(of: query.id)
            let bytes = try await settle(query.id)
            return Answer(query: query, page: page, bytes: bytes ?? query.estimatedBytes)
        } catch let fault as BigQueryFault {
            // What the job says of its end counts for more than what an answer said of it.
            try await settle(query.id)
            throw fault
        } catch is CancellationError {
            dismiss(query.id)
            throw CancellationError()
        }
    }

    /// Writes down the bill of a query that is done.
    /// - Returns: the bytes; nil = the bill is not known yet.
    /// - Throws: why it failed; `IngestError`.
    @discardableResult
    func settle(_ id: String) async throws -> Int64? {
        guard let job = try await client.job(id), job.isDone else { return nil }
        let bytes = job.bytesBilled ?? job.bytesProcessed
        let outcome: StoredQuery.Outcome =
            job.fault == nil ? .done : job.fault?.reason == "stopped" ? .cancelled : .failed
        if try await store.bill(id, bytes: bytes, outcome) {
            client.web.metrics.count(
                "ingest_bigquery_billed_bytes_total", help: "Bytes that BigQuery billed.",
                by: Double(bytes))
            logger.info(
                "a query is paid",
                [
                    "query": id, "bytes": "\(bytes)",
                    "price": BigQueryPrice.text(BigQueryPrice.microUSD(bytes)),
                    "outcome": outcome.rawValue,
                ])
        }
        if let fault = job.fault { throw fault }
        return bytes
    }

    /// Its scan was stopped: cancels it, unless somebody will want its rows.
    private func dismiss(_ id: String) {
        // In a task of its own: this one is cancelled, and so would be its calls.
        Task { await keepBooks(of: [id]) }
    }

    /// Looks after queries that no scan of this process looks after, until it is cancelled: those
    /// of a process that died, of jobs that were cancelled, and bills that came late.
    func keepBooks() async {
        while !Task.isCancelled {
            await keepBooks(of: nil)
            do { try await client.web.timing.sleep(Self.bookPause) } catch { return }
        }
    }

    private static let bookPause: Duration = .seconds(30)

    /// - Parameter ids: only these; nil = all.
    func keepBooks(of ids: [String]?) async {
        do {
            for query in try await store.openQueries()
            where ids?.contains(query.id) ?? !attended.contains(query.id) {
                let isOver = query.isOrphaned || ids != nil && query.isLookUp
                try await keepBook(of: query, isWanted: !isOver)
            }
        } catch is CancellationError {
            return
        } catch {
            logger.warning("queries could not be looked after", ["error": "\(error)"])
        }
    }

    private func keepBook(of query: BudgetStore.Open, isWanted: Bool) async throws {
        do {
            guard let job = try await client.job(query.id) else {
                // It may be on its way; after an hour nobody sends it any more.
                if query.isOld { _ = try await store.bill(query.id, bytes: 0, .failed) }
                return
            }
            if !job.isDone, !isWanted {
                try await client.cancel(query.id)
                logger.info("a query is cancelled that nobody wants", ["query": query.id])
            }
            try await settle(query.id)
        } catch let fault as BigQueryFault {
            // Why a query failed is told by who asked it.
            logger.debug("a query's end", ["query": query.id, "reason": fault.reason])
        }
    }
}
