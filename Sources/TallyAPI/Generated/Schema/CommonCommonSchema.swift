// Made by proto/generate.sh from tally/common/v1/common.proto; not to be edited.

/// What `tally/common/v1/common.proto` declares.
enum CommonCommonSchema {
    static let messages: [MessageSchema] = [
        MessageSchema(name: "tally.common.v1.Empty", fields: []),
        MessageSchema(
            name: "tally.common.v1.Finding",
            fields: [
                FieldSchema(1, "invariant", .string),
                FieldSchema(2, "promise", .string),
                FieldSchema(3, "holds", .bool),
                FieldSchema(4, "checked", .uint64),
                FieldSchema(5, "violations", .string, isRepeated: true),
                FieldSchema(6, "not_compared", .string),
            ]),
        MessageSchema(name: "tally.common.v1.VerifyRequest", fields: []),
        MessageSchema(
            name: "tally.common.v1.VerifyResponse",
            fields: [
                FieldSchema(1, "findings", .message("tally.common.v1.Finding"), isRepeated: true)
            ]),
        MessageSchema(
            name: "tally.common.v1.Holding",
            fields: [
                FieldSchema(1, "repository_id", .int64),
                FieldSchema(2, "window", .string),
                FieldSchema(3, "rows", .uint64),
                FieldSchema(4, "sum", .int64),
                FieldSchema(5, "digest", .int64),
                FieldSchema(6, "unreadable", .uint64),
            ]),
        MessageSchema(name: "tally.common.v1.HoldingsRequest", fields: []),
        MessageSchema(
            name: "tally.common.v1.HoldingsBatch",
            fields: [
                FieldSchema(1, "feed_id", .string),
                FieldSchema(2, "newest", .int64),
                FieldSchema(3, "change", .int64),
                FieldSchema(4, "holdings", .message("tally.common.v1.Holding"), isRepeated: true),
            ]),
        MessageSchema(name: "tally.common.v1.RefollowRequest", fields: []),
        MessageSchema(name: "tally.common.v1.RefollowResponse", fields: []),
        MessageSchema(
            name: "tally.common.v1.Counters",
            fields: [
                FieldSchema(1, "commits", .uint64),
                FieldSchema(2, "prs_opened", .uint64),
                FieldSchema(3, "prs_merged", .uint64),
                FieldSchema(4, "prs_reviewed", .uint64),
                FieldSchema(5, "issues_opened", .uint64),
                FieldSchema(6, "issues_closed", .uint64),
                FieldSchema(7, "comments", .uint64),
                FieldSchema(8, "releases", .uint64),
                FieldSchema(9, "lines_added", .uint64),
                FieldSchema(10, "lines_deleted", .uint64),
            ]),
    ]
    static let enums: [EnumSchema] = []
    static let services: [ServiceSchema] = []
}
