// Made by proto/generate.sh from tally/ranking/v1/ranking.proto; not to be edited.

public import RPCCore

/// The methods of `tally.ranking.v1.Ranking`.
public enum RankingMethods {
    /// `Ranking/GetPage`.
    public static let getPage = MethodDescriptor(
        path: "/tally.ranking.v1.Ranking/GetPage", kind: .unary,
        idempotency: .noSideEffects,
        requestType: "tally.ranking.v1.GetPageRequest",
        responseType: "tally.ranking.v1.Page")
    /// `Ranking/GetRank`.
    public static let getRank = MethodDescriptor(
        path: "/tally.ranking.v1.Ranking/GetRank", kind: .unary,
        idempotency: .noSideEffects,
        requestType: "tally.ranking.v1.GetRankRequest",
        responseType: "tally.ranking.v1.RankResponse")
    /// `Ranking/ListBoards`.
    public static let listBoards = MethodDescriptor(
        path: "/tally.ranking.v1.Ranking/ListBoards", kind: .unary,
        idempotency: .noSideEffects,
        requestType: "tally.ranking.v1.ListBoardsRequest",
        responseType: "tally.ranking.v1.ListBoardsResponse")
    /// `Ranking/WatchBoards`.
    public static let watchBoards = MethodDescriptor(
        path: "/tally.ranking.v1.Ranking/WatchBoards", kind: .serverStreaming,
        idempotency: .noSideEffects,
        requestType: "tally.ranking.v1.WatchBoardsRequest",
        responseType: "tally.ranking.v1.BoardsPublished")
    /// All of them, in the order of the .proto file.
    public static let all = [getPage, getRank, listBoards, watchBoards]
}
