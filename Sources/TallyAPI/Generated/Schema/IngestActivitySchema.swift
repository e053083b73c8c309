// Made by proto/generate.sh from tally/ingest/v1/activity.proto; not to be edited.

/// What `tally/ingest/v1/activity.proto` declares.
enum IngestActivitySchema {
    static let messages: [MessageSchema] = [
        MessageSchema(
            name: "tally.ingest.v1.FollowStart",
            fields: [
                FieldSchema(1, "follower", .string),
                FieldSchema(2, "instance", .string),
                FieldSchema(3, "feed_id", .string),
                FieldSchema(4, "cursor", .int64),
                FieldSchema(5, "proof", .string),
            ]),
        MessageSchema(
            name: "tally.ingest.v1.Watermarks",
            fields: [
                FieldSchema(1, "applied", .int64),
                FieldSchema(2, "published", .int64),
            ]),
        MessageSchema(
            name: "tally.ingest.v1.FollowRequest",
            fields: [
                FieldSchema(1, "start", .message("tally.ingest.v1.FollowStart"), oneof: "kind"),
                FieldSchema(2, "watermarks", .message("tally.ingest.v1.Watermarks"), oneof: "kind"),
            ]),
        MessageSchema(
            name: "tally.ingest.v1.ContributorActivity",
            fields: [
                FieldSchema(1, "contributor_id", .int64),
                FieldSchema(2, "login", .string),
                FieldSchema(3, "bot", .bool),
                FieldSchema(4, "counters", .message("tally.common.v1.Counters")),
            ]),
        MessageSchema(
            name: "tally.ingest.v1.ActivityBlock",
            fields: [
                FieldSchema(
                    1, "contributors", .message("tally.ingest.v1.ContributorActivity"),
                    isRepeated: true)
            ]),
        MessageSchema(
            name: "tally.ingest.v1.ActivityRow",
            fields: [
                FieldSchema(1, "change", .int64),
                FieldSchema(2, "repository_id", .int64),
                FieldSchema(3, "day", .int32),
                FieldSchema(4, "block", .bytes),
            ]),
        MessageSchema(
            name: "tally.ingest.v1.RepositoryRow",
            fields: [
                FieldSchema(1, "change", .int64),
                FieldSchema(2, "repository_id", .int64),
                FieldSchema(3, "name", .string),
                FieldSchema(4, "removed", .bool),
                FieldSchema(5, "demonstration", .bool),
                FieldSchema(6, "coverage", .message("tally.ingest.v1.CoverageNote")),
            ]),
        MessageSchema(
            name: "tally.ingest.v1.CoverageNote",
            fields: [
                FieldSchema(1, "status", .string),
                FieldSchema(2, "percent", .double),
                FieldSchema(3, "reasons", .string, isRepeated: true),
                FieldSchema(4, "since_day", .int32),
                FieldSchema(5, "until_day", .int32),
            ]),
        MessageSchema(
            name: "tally.ingest.v1.ActivityBatch",
            fields: [
                FieldSchema(1, "feed_id", .string),
                FieldSchema(2, "rows", .message("tally.ingest.v1.ActivityRow"), isRepeated: true),
                FieldSchema(
                    3, "repositories", .message("tally.ingest.v1.RepositoryRow"), isRepeated: true),
                FieldSchema(4, "change", .int64),
                FieldSchema(5, "caught_up", .bool),
                FieldSchema(6, "proof", .string),
            ]),
    ]
    static let enums: [EnumSchema] = []
    static let services: [ServiceSchema] = [
        ServiceSchema(name: "tally.ingest.v1.Activity", methods: ActivityMethods.all)
    ]
}
