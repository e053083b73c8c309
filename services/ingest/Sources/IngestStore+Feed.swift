import Postgres
import ServiceHost
import ServiceKit
import TallyAPI

/// The upstream side of the activity feed.
extension IngestStore {
    func feedHead() async throws -> (id: String, change: Int64) {
        try await read { try FeedStore.head(in: $0) }
    }

    func feedBatch(after change: Int64, limit: Int, bytes: Int) async throws -> ActivityBatch {
        try await read { connection in
            var batch = try FeedStore.read(
                after: change, limit: limit, bytes: bytes, in: connection)
            batch.feedId = try FeedStore.head(in: connection).id
            batch.proof = try FeedMarks.proof(of: batch.change, in: connection)
            return batch
        }
    }

    /// Whether this is the feed that a follower's proof is from.
    func confirm(_ proof: String) async throws -> Bool {
        try await read { try FeedMarks.confirm(proof, in: $0) }
    }

    /// Takes a follower's watermarks; those of scoring move the jobs that waited for them.
    func record(
        follower: String, instance: String, applied: Int64, published: Int64
    ) async throws {
        let moved = try await write { connection in
            try FollowerStore.record(
                follower, instance: instance, applied: applied, published: published,
                in: connection)
            try FeedMarks.prune(in: connection)
            guard follower == FollowerStore.scoring else { return [String]() }
            return try Self.moveJobs(applied: applied, published: published, in: connection)
        }
        await announce(jobs: moved)
    }

    /// Moves jobs by the watermarks that are stored: for those that a crash left behind.
    func sweepJobs() async throws {
        let moved = try await write { connection in
            guard
                let marks = try FollowerStore.watermarks(
                    of: FollowerStore.scoring, in: connection)
            else { return [String]() }
            return try Self.moveJobs(
                applied: marks.applied, published: marks.published, in: connection)
        }
        await announce(jobs: moved)
    }

    private static func moveJobs(
        applied: Int64, published: Int64, in connection: PostgresConnection
    ) throws -> [String] {
        let waiting = try JobListStore.lockWaiting(
            upTo: max(applied, published), in: connection)
        var moved: [JobRecord] = []
        for var job in waiting
        where job.machine.receive(.watermarks(applied: applied, published: published)) {
            moved.append(try JobStore.write(job, in: connection))
        }
        for job in moved { try tell([.moved(job)], of: job, in: connection) }
        return moved.map(\.id)
    }
}
