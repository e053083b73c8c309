// Made by proto/generate.sh from tally/ingest/v1/activity.proto; not to be edited.

public import RPC

/// What a server of `tally.ingest.v1.Activity` answers.
public protocol ActivityService: Sendable {
    /// `Activity/Follow`.
    func follow(
        requests: RPCReader<FollowRequest>, writer: RPCWriter<ActivityBatch>, context: CallContext
    ) async throws
    /// To be compared with what the follower made of the feed.
    func holdings(
        _ request: HoldingsRequest, writer: RPCWriter<HoldingsBatch>, context: CallContext
    ) async throws
}

extension RPCRouter {
    /// Answers `tally.ingest.v1.Activity` by the service.
    public mutating func register(_ service: some ActivityService) {
        self.bidirectional(ActivityMethods.follow) { requests, writer, context in
            try await service.follow(requests: requests, writer: writer, context: context)
        }
        self.serverStreaming(ActivityMethods.holdings) { request, writer, context in
            try await service.holdings(request, writer: writer, context: context)
        }
    }
}
