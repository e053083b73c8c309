// Made by proto/generate.sh from tally/scoring/v1/scoring.proto; not to be edited.

/// What `tally/scoring/v1/scoring.proto` declares.
enum ScoringScoringSchema {
    static let messages: [MessageSchema] = [
        MessageSchema(
            name: "tally.scoring.v1.ExplainRequest",
            fields: [
                FieldSchema(1, "repository", .string),
                FieldSchema(2, "login", .string),
                FieldSchema(3, "window", .string),
            ]),
        MessageSchema(
            name: "tally.scoring.v1.ScoreTerm",
            fields: [
                FieldSchema(1, "counter", .string),
                FieldSchema(2, "count", .uint64),
                FieldSchema(3, "weight", .int64),
                FieldSchema(4, "points", .int64),
            ]),
        MessageSchema(
            name: "tally.scoring.v1.RepositoryExplanation",
            fields: [
                FieldSchema(1, "repository_id", .int64),
                FieldSchema(2, "repository", .string),
                FieldSchema(3, "terms", .message("tally.scoring.v1.ScoreTerm"), isRepeated: true),
                FieldSchema(4, "line_bonus_before_cap", .int64),
                FieldSchema(5, "line_bonus", .int64),
                FieldSchema(6, "score", .int64),
                FieldSchema(7, "first_day", .int32),
                FieldSchema(8, "last_day", .int32),
            ]),
        MessageSchema(
            name: "tally.scoring.v1.Explanation",
            fields: [
                FieldSchema(1, "person", .message("tally.scoring.v1.Person")),
                FieldSchema(2, "window", .string),
                FieldSchema(3, "since_day", .int32),
                FieldSchema(4, "until_day", .int32),
                FieldSchema(5, "formula", .message("tally.scoring.v1.Formula")),
                FieldSchema(
                    6, "repositories", .message("tally.scoring.v1.RepositoryExplanation"),
                    isRepeated: true),
                FieldSchema(7, "score", .int64),
                FieldSchema(8, "absent_because", .string),
            ]),
        MessageSchema(
            name: "tally.scoring.v1.Person",
            fields: [
                FieldSchema(1, "contributor_id", .int64),
                FieldSchema(2, "login", .string),
                FieldSchema(3, "former_logins", .string, isRepeated: true),
                FieldSchema(4, "bot", .bool),
                FieldSchema(5, "bot_reason", .string),
                FieldSchema(6, "linked_logins", .string, isRepeated: true),
            ]),
        MessageSchema(
            name: "tally.scoring.v1.GetContributorRequest",
            fields: [
                FieldSchema(1, "login", .string),
                FieldSchema(2, "window", .string),
            ]),
        MessageSchema(
            name: "tally.scoring.v1.RepositoryShare",
            fields: [
                FieldSchema(1, "repository_id", .int64),
                FieldSchema(2, "repository", .string),
                FieldSchema(3, "score", .int64),
                FieldSchema(4, "counters", .message("tally.common.v1.Counters")),
                FieldSchema(5, "first_day", .int32),
                FieldSchema(6, "last_day", .int32),
            ]),
        MessageSchema(
            name: "tally.scoring.v1.Contributor",
            fields: [
                FieldSchema(1, "person", .message("tally.scoring.v1.Person")),
                FieldSchema(2, "score", .int64),
                FieldSchema(3, "counters", .message("tally.common.v1.Counters")),
                FieldSchema(
                    4, "repositories", .message("tally.scoring.v1.RepositoryShare"),
                    isRepeated: true),
                FieldSchema(5, "window", .string),
            ]),
        MessageSchema(
            name: "tally.scoring.v1.ActivitySeriesRequest",
            fields: [
                FieldSchema(1, "login", .string),
                FieldSchema(2, "repository", .string),
                FieldSchema(3, "since_day", .int32),
                FieldSchema(4, "until_day", .int32),
            ]),
        MessageSchema(
            name: "tally.scoring.v1.ActivityPoint",
            fields: [
                FieldSchema(1, "day", .int32),
                FieldSchema(2, "counters", .message("tally.common.v1.Counters")),
            ]),
        MessageSchema(
            name: "tally.scoring.v1.ActivitySeriesBatch",
            fields: [
                FieldSchema(
                    1, "points", .message("tally.scoring.v1.ActivityPoint"), isRepeated: true)
            ]),
        MessageSchema(
            name: "tally.scoring.v1.Weight",
            fields: [
                FieldSchema(1, "counter", .string),
                FieldSchema(2, "thousandths", .int64),
            ]),
        MessageSchema(
            name: "tally.scoring.v1.Formula",
            fields: [
                FieldSchema(1, "name", .string),
                FieldSchema(2, "version", .uint32),
                FieldSchema(3, "weights", .message("tally.scoring.v1.Weight"), isRepeated: true),
                FieldSchema(4, "line_bonus_cap", .int64),
                FieldSchema(5, "active", .bool),
                FieldSchema(6, "created_at_us", .int64),
                FieldSchema(7, "id", .uint32),
                FieldSchema(8, "state", .string),
            ]),
        MessageSchema(
            name: "tally.scoring.v1.PutFormulaRequest",
            fields: [
                FieldSchema(1, "document", .string),
                FieldSchema(2, "author", .string),
            ]),
        MessageSchema(
            name: "tally.scoring.v1.PutFormulaResponse",
            fields: [
                FieldSchema(1, "formula", .message("tally.scoring.v1.Formula")),
                FieldSchema(2, "changed", .bool),
            ]),
        MessageSchema(
            name: "tally.scoring.v1.PreviewFormulaRequest",
            fields: [
                FieldSchema(1, "document", .string),
                FieldSchema(2, "repository", .string),
                FieldSchema(3, "window", .string),
                FieldSchema(4, "limit", .uint32),
            ]),
        MessageSchema(
            name: "tally.scoring.v1.RankChange",
            fields: [
                FieldSchema(1, "contributor_id", .int64),
                FieldSchema(2, "login", .string),
                FieldSchema(3, "rank", .uint64),
                FieldSchema(4, "new_rank", .uint64),
                FieldSchema(5, "score", .int64),
                FieldSchema(6, "new_score", .int64),
            ]),
        MessageSchema(
            name: "tally.scoring.v1.PreviewFormulaResponse",
            fields: [
                FieldSchema(1, "formula", .message("tally.scoring.v1.Formula")),
                FieldSchema(
                    2, "changes", .message("tally.scoring.v1.RankChange"), isRepeated: true),
                FieldSchema(3, "changed", .uint64),
                FieldSchema(4, "total", .uint64),
            ]),
        MessageSchema(
            name: "tally.scoring.v1.ScoreRangeRequest",
            fields: [
                FieldSchema(1, "repository", .string),
                FieldSchema(2, "since_day", .int32),
                FieldSchema(3, "until_day", .int32),
                FieldSchema(4, "formula", .string),
            ]),
        MessageSchema(
            name: "tally.scoring.v1.ScoreRangeBatch",
            fields: [
                FieldSchema(1, "rows", .message("tally.scoring.v1.ScoreRow"), isRepeated: true),
                FieldSchema(2, "change", .int64),
                FieldSchema(3, "formula_name", .string),
                FieldSchema(4, "formula_version", .uint32),
            ]),
        MessageSchema(
            name: "tally.scoring.v1.LinkIdentityRequest",
            fields: [
                FieldSchema(1, "login", .string),
                FieldSchema(2, "other", .string),
                FieldSchema(3, "author", .string),
                FieldSchema(4, "reason", .string),
            ]),
        MessageSchema(
            name: "tally.scoring.v1.UnlinkIdentityRequest",
            fields: [
                FieldSchema(1, "login", .string),
                FieldSchema(2, "other", .string),
                FieldSchema(3, "author", .string),
                FieldSchema(4, "reason", .string),
            ]),
        MessageSchema(
            name: "tally.scoring.v1.IdentityResponse",
            fields: [
                FieldSchema(1, "person", .message("tally.scoring.v1.Person")),
                FieldSchema(2, "changed", .bool),
            ]),
        MessageSchema(
            name: "tally.scoring.v1.OptOutRequest",
            fields: [
                FieldSchema(1, "login", .string),
                FieldSchema(2, "author", .string),
                FieldSchema(3, "reason", .string),
            ]),
        MessageSchema(
            name: "tally.scoring.v1.OptInRequest",
            fields: [
                FieldSchema(1, "login", .string),
                FieldSchema(2, "author", .string),
                FieldSchema(3, "reason", .string),
            ]),
        MessageSchema(
            name: "tally.scoring.v1.OptOutResponse",
            fields: [
                FieldSchema(1, "changed", .bool)
            ]),
        MessageSchema(
            name: "tally.scoring.v1.IdentityChange",
            fields: [
                FieldSchema(1, "kind", .string),
                FieldSchema(2, "contributor_id", .int64),
                FieldSchema(3, "login", .string),
                FieldSchema(4, "other", .string),
                FieldSchema(5, "at_us", .int64),
                FieldSchema(6, "author", .string),
                FieldSchema(7, "reason", .string),
                FieldSchema(8, "undone_at_us", .int64),
                FieldSchema(9, "undone_by", .string),
                FieldSchema(10, "undone_because", .string),
            ]),
        MessageSchema(
            name: "tally.scoring.v1.ListIdentityChangesRequest",
            fields: [
                FieldSchema(1, "login", .string),
                FieldSchema(2, "limit", .uint32),
            ]),
        MessageSchema(
            name: "tally.scoring.v1.ListIdentityChangesResponse",
            fields: [
                FieldSchema(
                    1, "changes", .message("tally.scoring.v1.IdentityChange"), isRepeated: true)
            ]),
        MessageSchema(name: "tally.scoring.v1.ListFormulasRequest", fields: []),
        MessageSchema(
            name: "tally.scoring.v1.ListFormulasResponse",
            fields: [
                FieldSchema(1, "formulas", .message("tally.scoring.v1.Formula"), isRepeated: true)
            ]),
        MessageSchema(name: "tally.scoring.v1.ScoringStatsRequest", fields: []),
        MessageSchema(
            name: "tally.scoring.v1.ScoringStats",
            fields: [
                FieldSchema(1, "contributors", .uint64),
                FieldSchema(2, "repositories", .uint64),
                FieldSchema(3, "scores", .uint64),
            ]),
    ]
    static let enums: [EnumSchema] = []
    static let services: [ServiceSchema] = [
        ServiceSchema(name: "tally.scoring.v1.Scoring", methods: ScoringMethods.all)
    ]
}
