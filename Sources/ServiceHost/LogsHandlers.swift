internal import Postgres
internal import RPC
internal import RPCCore
internal import ServiceKit
internal import TallyAPI

/// Answers `tally.logs.v1.Logs` from the service's own table.
struct LogsHandlers: LogsService {
    let pool: PostgresPool

    /// Lines of one batch.
    private static let batchLines: Int32 = 500
    /// Lines of the start `last` at most.
    static let lastMax: UInt32 = 1000
    /// How soon a new line is seen.
    private static let poll = Duration.milliseconds(250)

    func tail(
        _ request: TailRequest, writer: RPCWriter<TailBatch>, context: CallContext
    ) async throws {
        let filter = try Self.filter(request)
        try await context.endingWithDrain {
            var cursor = try await self.start(request, filter)
            var saidCaughtUp = false
            while true {
                var batch = try await self.batch(after: cursor, filter)
                let isNews = batch.cursor != cursor || batch.gapTo != 0
                cursor = batch.cursor
                if !request.follow && batch.caughtUp { return try await writer.send(batch) }
                if isNews || (batch.caughtUp && !saidCaughtUp) { try await writer.send(batch) }
                saidCaughtUp = batch.caughtUp
                batch.lines = []
                if batch.caughtUp { try await Task.sleep(for: Self.poll) }
            }
        }
    }

    private static func filter(_ request: TailRequest) throws(RPCError) -> LogStore.Filter {
        var filter = LogStore.Filter(job: request.job, repository: request.repository)
        guard !request.level.isEmpty else { return filter }
        guard let level = LogLevel(rawValue: request.level) else {
            throw RPCError(.invalidArgument, "level: debug, info, warning or error")
        }
        filter.levels = LogLevel.allCases.filter { $0 >= level }.map(\.rawValue)
        return filter
    }

    private func start(_ request: TailRequest, _ filter: LogStore.Filter) async throws -> Int64 {
        switch request.start {
        case .afterSeq(let seq):
            guard seq >= 0 else { throw RPCError(.invalidArgument, "after_seq: 0 or more") }
            return seq
        case .last(let count):
            guard count <= Self.lastMax else {
                throw RPCError(.invalidArgument, "last: at most \(Self.lastMax)")
            }
            return try await self.pool.withConnection {
                try LogStore.start(ofLast: Int64(count), filter, in: $0)
            }
        case nil: return 0
        }
    }

    private func batch(after cursor: Int64, _ filter: LogStore.Filter) async throws -> TailBatch {
        try await self.pool.withConnection { connection in
            let (oldest, newest) = try LogStore.bounds(in: connection)
            var batch = TailBatch()
            var from = cursor
            if cursor + 1 < oldest {
                (batch.gapFrom, batch.gapTo) = (cursor + 1, oldest - 1)
                from = oldest - 1
            }
            // A cursor from another life of the database starts at its end.
            from = min(from, newest)
            batch.lines = try LogStore.read(
                after: from, upTo: newest, limit: Self.batchLines, filter, in: connection)
            let isWhole = batch.lines.count < Int(Self.batchLines)
            batch.cursor = isWhole ? newest : batch.lines.last?.seq ?? newest
            batch.caughtUp = isWhole
            return batch
        }
    }
}
