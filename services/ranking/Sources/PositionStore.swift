import Postgres
import TallyAPI

/// Where this service stands in the score feed, and what its boards show.
struct Position: Sendable {
    var feedID = ""
    var change: Int64 = 0
    /// Of the batch that moved it there; goes back upstream.
    var proof = ""
    var isCaughtUp = false
    var published: Int64 = 0
    var asOfDay: Int32 = 0
    /// Counts the times it followed from 0; rows of earlier epochs go when it has caught up.
    var epoch: Int32 = 0
    var isSweeping = false
    /// The formula of the boards, and the one that they are to show.
    var formulaID: Int32 = 0
    var readyID: Int32 = 0
    var formulaName = ""
    var formulaVersion: Int32 = 0
    var nowUs: Int64 = 0

    /// Reads it, and keeps others from moving it until the commit.
    static func read(in connection: PostgresConnection) throws -> Position {
        let row = try connection.query(
            """
            select *, (extract(epoch from clock_timestamp()) * 1000000)::bigint as now_us
            from positions where feed = $1 for update
            """, [.string(RankingStore.feed)]
        ).first
        guard let row else { return Position() }
        return Position(
            feedID: try row.string("feed_id"), change: try row.int64("change"),
            proof: try row.string("proof"),
            isCaughtUp: try row.bool("caught_up"), published: try row.int64("published"),
            asOfDay: try row.int32("as_of_day"), epoch: try row.int32("epoch"),
            isSweeping: try row.bool("sweeping"), formulaID: try row.int32("formula_id"),
            readyID: try row.int32("ready_id"), formulaName: try row.string("formula_name"),
            formulaVersion: try row.int32("formula_version"), nowUs: try row.int64("now_us"))
    }

    /// The position behind a batch.
    func moved(by batch: ScoreBatch) -> Position {
        var position = self
        position.feedID = batch.feedId
        position.change = batch.change
        position.proof = batch.proof
        position.isCaughtUp = batch.caughtUp
        position.asOfDay = batch.asOfDay
        position.isSweeping = self.isSweeping && !batch.caughtUp
        // An upstream of the version before names the formula by its version alone.
        let ready =
            batch.formulaReady
            ?? FormulaReady(
                formulaId: batch.formulaVersion, name: batch.formulaName,
                version: batch.formulaVersion)
        position.readyID = Int32(clamping: ready.formulaId)
        position.formulaName = ready.name
        position.formulaVersion = Int32(clamping: ready.version)
        return position
    }

    func write(in connection: PostgresConnection) throws {
        try connection.execute(
            """
            insert into positions (feed, feed_id, change, caught_up, as_of_day, epoch, sweeping,
              ready_id, formula_name, formula_version, proof)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            on conflict (feed) do update
            set feed_id = excluded.feed_id, change = excluded.change,
                caught_up = excluded.caught_up, as_of_day = excluded.as_of_day,
                sweeping = excluded.sweeping, ready_id = excluded.ready_id,
                formula_name = excluded.formula_name, formula_version = excluded.formula_version,
                proof = excluded.proof
            """,
            [
                .string(RankingStore.feed), .string(self.feedID), .int64(self.change),
                .bool(self.isCaughtUp), .int32(self.asOfDay), .int32(self.epoch),
                .bool(self.isSweeping), .int32(self.readyID), .string(self.formulaName),
                .int32(self.formulaVersion), .string(self.proof),
            ])
    }

    /// What generations cut now stand under.
    var facts: PublicationStore.Facts {
        PublicationStore.Facts(
            published: self.published, change: self.change, asOfDay: self.asOfDay,
            formulaID: self.readyID, formulaName: self.formulaName,
            formulaVersion: self.formulaVersion, nowUs: self.nowUs)
    }
}
