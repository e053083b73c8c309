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
    /// `Ranking/Export`.
    public static let export = MethodDescriptor(
        path: "/tally.ranking.v1.Ranking/Export", kind: .serverStreaming,
        idempotency: .noSideEffects,
        requestType: "tally.ranking.v1.ExportRequest",
        responseType: "tally.ranking.v1.Page")
    /// `Ranking/Compare`.
    public static let compare = MethodDescriptor(
        path: "/tally.ranking.v1.Ranking/Compare", kind: .unary,
        idempotency: .noSideEffects,
        requestType: "tally.ranking.v1.CompareRequest",
        responseType: "tally.ranking.v1.CompareResponse")
    /// `Ranking/Rebuild`.
    public static let rebuild = MethodDescriptor(
        path: "/tally.ranking.v1.Ranking/Rebuild", kind: .unary,
        idempotency: .idempotent,
        requestType: "tally.ranking.v1.RebuildRequest",
        responseType: "tally.ranking.v1.RebuildResponse")
    /// `Ranking/Verify`.
    public static let verify = MethodDescriptor(
        path: "/tally.ranking.v1.Ranking/Verify", kind: .unary,
        idempotency: .noSideEffects,
        requestType: "tally.common.v1.VerifyRequest",
        responseType: "tally.common.v1.VerifyResponse")
    /// `Ranking/Refollow`.
    public static let refollow = MethodDescriptor(
        path: "/tally.ranking.v1.Ranking/Refollow", kind: .unary,
        idempotency: .idempotent,
        requestType: "tally.common.v1.RefollowRequest",
        responseType: "tally.common.v1.RefollowResponse")
    /// `Ranking/WatchBoards`.
    public static let watchBoards = MethodDescriptor(
        path: "/tally.ranking.v1.Ranking/WatchBoards", kind: .serverStreaming,
        idempotency: .noSideEffects,
        requestType: "tally.ranking.v1.WatchBoardsRequest",
        responseType: "tally.ranking.v1.BoardsPublished")
    /// All of them, in the order of the .proto file.
    public static let all = [
        getPage, getRank, listBoards, export, compare, rebuild, verify, refollow, watchBoards,
    ]
}
