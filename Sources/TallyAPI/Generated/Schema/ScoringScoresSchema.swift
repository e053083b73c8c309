// Made by proto/generate.sh from tally/scoring/v1/scores.proto; not to be edited.

/// What `tally/scoring/v1/scores.proto` declares.
enum ScoringScoresSchema {
    static let messages: [MessageSchema] = [
        MessageSchema(
            name: "tally.scoring.v1.ScoreRow",
            fields: [
                FieldSchema(1, "change", .int64),
                FieldSchema(2, "formula_version", .uint32),
                FieldSchema(3, "repository_id", .int64),
                FieldSchema(4, "contributor_id", .int64),
                FieldSchema(5, "window", .string),
                FieldSchema(6, "score", .int64),
                FieldSchema(7, "counters", .message("tally.common.v1.Counters")),
                FieldSchema(8, "first_day", .int32),
                FieldSchema(9, "last_day", .int32),
                FieldSchema(10, "removed", .bool),
            ]),
        MessageSchema(
            name: "tally.scoring.v1.PersonRow",
            fields: [
                FieldSchema(1, "change", .int64),
                FieldSchema(2, "contributor_id", .int64),
                FieldSchema(3, "login", .string),
                FieldSchema(4, "bot", .bool),
                FieldSchema(5, "bot_reason", .string),
                FieldSchema(6, "canonical_id", .int64),
                FieldSchema(7, "hidden", .bool),
            ]),
        MessageSchema(
            name: "tally.scoring.v1.FormulaReady",
            fields: [
                FieldSchema(1, "formula_id", .uint32),
                FieldSchema(2, "name", .string),
                FieldSchema(3, "version", .uint32),
                FieldSchema(4, "change", .int64),
            ]),
        MessageSchema(
            name: "tally.scoring.v1.ScoreBatch",
            fields: [
                FieldSchema(1, "feed_id", .string),
                FieldSchema(2, "scores", .message("tally.scoring.v1.ScoreRow"), isRepeated: true),
                FieldSchema(3, "people", .message("tally.scoring.v1.PersonRow"), isRepeated: true),
                FieldSchema(
                    4, "repositories", .message("tally.ingest.v1.RepositoryRow"), isRepeated: true),
                FieldSchema(5, "change", .int64),
                FieldSchema(6, "caught_up", .bool),
                FieldSchema(7, "as_of_day", .int32),
                FieldSchema(8, "formula_name", .string),
                FieldSchema(9, "formula_version", .uint32),
                FieldSchema(10, "formula_ready", .message("tally.scoring.v1.FormulaReady")),
                FieldSchema(11, "proof", .string),
            ]),
    ]
    static let enums: [EnumSchema] = []
    static let services: [ServiceSchema] = [
        ServiceSchema(name: "tally.scoring.v1.Scores", methods: ScoresMethods.all)
    ]
}
