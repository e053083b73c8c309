// Made by proto/generate.sh from tally/logs/v1/logs.proto; not to be edited.

/// What `tally/logs/v1/logs.proto` declares.
enum LogsLogsSchema {
    static let messages: [MessageSchema] = [
        MessageSchema(
            name: "tally.logs.v1.TailRequest",
            fields: [
                FieldSchema(1, "after_seq", .int64, oneof: "start"),
                FieldSchema(2, "last", .uint32, oneof: "start"),
                FieldSchema(3, "job", .string),
                FieldSchema(4, "repository", .string),
                FieldSchema(5, "level", .string),
                FieldSchema(6, "follow", .bool),
            ]),
        MessageSchema(
            name: "tally.logs.v1.LogLine",
            fields: [
                FieldSchema(1, "seq", .int64),
                FieldSchema(2, "time_us", .int64),
                FieldSchema(3, "level", .string),
                FieldSchema(4, "message", .string),
                FieldSchema(5, "job", .string),
                FieldSchema(6, "repository", .string),
                FieldSchema(7, "fields_json", .string),
            ]),
        MessageSchema(
            name: "tally.logs.v1.TailBatch",
            fields: [
                FieldSchema(1, "lines", .message("tally.logs.v1.LogLine"), isRepeated: true),
                FieldSchema(2, "cursor", .int64),
                FieldSchema(3, "caught_up", .bool),
                FieldSchema(4, "gap_from", .int64),
                FieldSchema(5, "gap_to", .int64),
            ]),
    ]
    static let enums: [EnumSchema] = []
    static let services: [ServiceSchema] = [
        ServiceSchema(name: "tally.logs.v1.Logs", methods: LogsMethods.all)
    ]
}
