// Made by proto/generate.sh from tally/ranking/v1/ranking.proto; not to be edited.

/// What `tally/ranking/v1/ranking.proto` declares.
enum RankingRankingSchema {
    static let messages: [MessageSchema] = [
        MessageSchema(
            name: "tally.ranking.v1.Board",
            fields: [
                FieldSchema(1, "scope", .string),
                FieldSchema(2, "repository_id", .int64),
                FieldSchema(3, "repository", .string),
                FieldSchema(4, "window", .string),
                FieldSchema(5, "since_day", .int32),
                FieldSchema(6, "until_day", .int32),
                FieldSchema(7, "formula_name", .string),
                FieldSchema(8, "formula_version", .uint32),
                FieldSchema(9, "generation", .int64),
                FieldSchema(10, "published_at_us", .int64),
                FieldSchema(11, "entries", .uint64),
                FieldSchema(12, "coverage", .message("tally.ingest.v1.CoverageNote")),
                FieldSchema(13, "demonstration", .bool),
            ]),
        MessageSchema(
            name: "tally.ranking.v1.BoardEntry",
            fields: [
                FieldSchema(1, "rank", .uint64),
                FieldSchema(2, "previous_rank", .uint64),
                FieldSchema(3, "contributor_id", .int64),
                FieldSchema(4, "login", .string),
                FieldSchema(5, "bot", .bool),
                FieldSchema(6, "score", .int64),
                FieldSchema(7, "counters", .message("tally.common.v1.Counters")),
                FieldSchema(8, "first_day", .int32),
                FieldSchema(9, "last_day", .int32),
                FieldSchema(10, "repositories", .uint32),
            ]),
        MessageSchema(
            name: "tally.ranking.v1.GetPageRequest",
            fields: [
                FieldSchema(1, "repository", .string),
                FieldSchema(2, "window", .string),
                FieldSchema(3, "bots", .enumeration("tally.ranking.v1.BotFilter")),
                FieldSchema(4, "generation", .int64),
                FieldSchema(5, "page", .uint32),
                FieldSchema(6, "page_size", .uint32),
                FieldSchema(7, "query", .string),
                FieldSchema(8, "as_of_day", .int32),
                FieldSchema(9, "formula", .string),
            ]),
        MessageSchema(
            name: "tally.ranking.v1.Page",
            fields: [
                FieldSchema(1, "board", .message("tally.ranking.v1.Board")),
                FieldSchema(
                    2, "entries", .message("tally.ranking.v1.BoardEntry"), isRepeated: true),
                FieldSchema(3, "total", .uint64),
                FieldSchema(4, "page", .uint32),
                FieldSchema(5, "page_size", .uint32),
            ]),
        MessageSchema(
            name: "tally.ranking.v1.GetRankRequest",
            fields: [
                FieldSchema(1, "login", .string),
                FieldSchema(2, "window", .string),
                FieldSchema(3, "bots", .enumeration("tally.ranking.v1.BotFilter")),
            ]),
        MessageSchema(
            name: "tally.ranking.v1.RankEntry",
            fields: [
                FieldSchema(1, "board", .message("tally.ranking.v1.Board")),
                FieldSchema(2, "entry", .message("tally.ranking.v1.BoardEntry")),
                FieldSchema(3, "total", .uint64),
            ]),
        MessageSchema(
            name: "tally.ranking.v1.RankResponse",
            fields: [
                FieldSchema(1, "boards", .message("tally.ranking.v1.RankEntry"), isRepeated: true)
            ]),
        MessageSchema(
            name: "tally.ranking.v1.ListBoardsRequest",
            fields: [
                FieldSchema(1, "window", .string)
            ]),
        MessageSchema(
            name: "tally.ranking.v1.ListBoardsResponse",
            fields: [
                FieldSchema(1, "boards", .message("tally.ranking.v1.Board"), isRepeated: true)
            ]),
        MessageSchema(
            name: "tally.ranking.v1.ExportRequest",
            fields: [
                FieldSchema(1, "repository", .string),
                FieldSchema(2, "window", .string),
                FieldSchema(3, "bots", .enumeration("tally.ranking.v1.BotFilter")),
                FieldSchema(4, "generation", .int64),
                FieldSchema(5, "query", .string),
                FieldSchema(6, "as_of_day", .int32),
                FieldSchema(7, "formula", .string),
            ]),
        MessageSchema(
            name: "tally.ranking.v1.CompareRequest",
            fields: [
                FieldSchema(1, "repositories", .string, isRepeated: true),
                FieldSchema(2, "window", .string),
                FieldSchema(3, "bots", .enumeration("tally.ranking.v1.BotFilter")),
                FieldSchema(4, "limit", .uint32),
            ]),
        MessageSchema(
            name: "tally.ranking.v1.SharedPlace",
            fields: [
                FieldSchema(1, "repository", .string),
                FieldSchema(2, "rank", .uint64),
                FieldSchema(3, "score", .int64),
            ]),
        MessageSchema(
            name: "tally.ranking.v1.SharedContributor",
            fields: [
                FieldSchema(1, "contributor_id", .int64),
                FieldSchema(2, "login", .string),
                FieldSchema(3, "bot", .bool),
                FieldSchema(
                    4, "places", .message("tally.ranking.v1.SharedPlace"), isRepeated: true),
            ]),
        MessageSchema(
            name: "tally.ranking.v1.CompareResponse",
            fields: [
                FieldSchema(1, "boards", .message("tally.ranking.v1.Page"), isRepeated: true),
                FieldSchema(
                    2, "shared", .message("tally.ranking.v1.SharedContributor"), isRepeated: true),
                FieldSchema(3, "shared_total", .uint64),
            ]),
        MessageSchema(name: "tally.ranking.v1.RebuildRequest", fields: []),
        MessageSchema(
            name: "tally.ranking.v1.RebuildResponse",
            fields: [
                FieldSchema(1, "boards", .uint64),
                FieldSchema(2, "different", .uint64),
            ]),
        MessageSchema(name: "tally.ranking.v1.WatchBoardsRequest", fields: []),
        MessageSchema(
            name: "tally.ranking.v1.BoardsPublished",
            fields: [
                FieldSchema(1, "boards", .message("tally.ranking.v1.Board"), isRepeated: true)
            ]),
    ]
    static let enums: [EnumSchema] = [
        EnumSchema(
            name: "tally.ranking.v1.BotFilter",
            values: [(0, "BOT_FILTER_EXCLUDE"), (1, "BOT_FILTER_INCLUDE"), (2, "BOT_FILTER_ONLY")])
    ]
    static let services: [ServiceSchema] = [
        ServiceSchema(name: "tally.ranking.v1.Ranking", methods: RankingMethods.all)
    ]
}
