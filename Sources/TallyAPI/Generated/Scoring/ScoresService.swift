// Made by proto/generate.sh from tally/scoring/v1/scores.proto; not to be edited.

public import RPC

/// What a server of `tally.scoring.v1.Scores` answers.
public protocol ScoresService: Sendable {
    /// `Scores/Follow`.
    func follow(
        requests: RPCReader<FollowRequest>, writer: RPCWriter<ScoreBatch>, context: CallContext
    ) async throws
    /// To be compared with what the follower made of the feed.
    func holdings(
        _ request: HoldingsRequest, writer: RPCWriter<HoldingsBatch>, context: CallContext
    ) async throws
}

extension RPCRouter {
    /// Answers `tally.scoring.v1.Scores` by the service.
    public mutating func register(_ service: some ScoresService) {
        self.bidirectional(ScoresMethods.follow) { requests, writer, context in
            try await service.follow(requests: requests, writer: writer, context: context)
        }
        self.serverStreaming(ScoresMethods.holdings) { request, writer, context in
            try await service.holdings(request, writer: writer, context: context)
        }
    }
}
