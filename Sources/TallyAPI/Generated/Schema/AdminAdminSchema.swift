// Made by proto/generate.sh from tally/admin/v1/admin.proto; not to be edited.

/// What `tally/admin/v1/admin.proto` declares.
enum AdminAdminSchema {
    static let messages: [MessageSchema] = [
        MessageSchema(name: "tally.admin.v1.StatusRequest", fields: []),
        MessageSchema(
            name: "tally.admin.v1.StatusResponse",
            fields: [
                FieldSchema(1, "service", .string),
                FieldSchema(2, "version", .string),
                FieldSchema(3, "instance", .string),
                FieldSchema(4, "started_at_us", .int64),
                FieldSchema(5, "uptime_ms", .uint64),
                FieldSchema(6, "resident_bytes", .uint64),
                FieldSchema(7, "connections", .uint32),
                FieldSchema(8, "calls_in_flight", .uint32),
                FieldSchema(9, "draining", .bool),
            ]),
        MessageSchema(
            name: "tally.admin.v1.VarsRequest",
            fields: [
                FieldSchema(1, "prefix", .string)
            ]),
        MessageSchema(
            name: "tally.admin.v1.Var",
            fields: [
                FieldSchema(1, "name", .string),
                FieldSchema(2, "labels", .string),
                FieldSchema(3, "value", .double),
            ]),
        MessageSchema(
            name: "tally.admin.v1.VarsResponse",
            fields: [
                FieldSchema(1, "vars", .message("tally.admin.v1.Var"), isRepeated: true)
            ]),
        MessageSchema(
            name: "tally.admin.v1.DrainRequest",
            fields: [
                FieldSchema(1, "grace_ms", .uint32)
            ]),
        MessageSchema(
            name: "tally.admin.v1.DrainResponse",
            fields: [
                FieldSchema(1, "calls_in_flight", .uint32)
            ]),
        MessageSchema(
            name: "tally.admin.v1.RpczRequest",
            fields: [
                FieldSchema(1, "slow", .bool),
                FieldSchema(2, "errors", .bool),
                FieldSchema(3, "limit", .uint32),
            ]),
        MessageSchema(
            name: "tally.admin.v1.CallRecord",
            fields: [
                FieldSchema(1, "method", .string),
                FieldSchema(2, "peer", .string),
                FieldSchema(3, "code", .string),
                FieldSchema(4, "duration_us", .uint64),
                FieldSchema(5, "ended_at_us", .int64),
                FieldSchema(6, "trace", .string),
            ]),
        MessageSchema(
            name: "tally.admin.v1.RpczResponse",
            fields: [
                FieldSchema(1, "calls", .message("tally.admin.v1.CallRecord"), isRepeated: true)
            ]),
        MessageSchema(name: "tally.admin.v1.ConnectionsRequest", fields: []),
        MessageSchema(
            name: "tally.admin.v1.Stream",
            fields: [
                FieldSchema(1, "id", .uint32),
                FieldSchema(2, "method", .string),
                FieldSchema(3, "kind", .string),
                FieldSchema(4, "age_ms", .uint64),
                FieldSchema(5, "send_credit", .int64),
                FieldSchema(6, "receive_credit", .int64),
            ]),
        MessageSchema(
            name: "tally.admin.v1.Connection",
            fields: [
                FieldSchema(1, "side", .string),
                FieldSchema(2, "peer", .string),
                FieldSchema(3, "agent", .string),
                FieldSchema(4, "state", .string),
                FieldSchema(5, "age_ms", .uint64),
                FieldSchema(6, "open_calls", .uint32),
                FieldSchema(7, "queued_bytes", .uint64),
                FieldSchema(8, "sent_bytes", .uint64),
                FieldSchema(9, "streams", .message("tally.admin.v1.Stream"), isRepeated: true),
                FieldSchema(10, "channel", .string),
                FieldSchema(11, "breaker", .string),
                FieldSchema(12, "latency_us", .uint64),
                FieldSchema(13, "last_error", .string),
                FieldSchema(14, "retry_in_ms", .uint64),
            ]),
        MessageSchema(
            name: "tally.admin.v1.Channel",
            fields: [
                FieldSchema(1, "name", .string),
                FieldSchema(2, "balancing", .string),
                FieldSchema(3, "addresses", .uint32),
                FieldSchema(4, "retry_tokens", .double),
                FieldSchema(5, "attempts", .uint64),
                FieldSchema(6, "retries", .uint64),
                FieldSchema(7, "transparent_retries", .uint64),
                FieldSchema(8, "hedges", .uint64),
                FieldSchema(9, "retries_denied", .uint64),
                FieldSchema(10, "resolve_error", .string),
            ]),
        MessageSchema(
            name: "tally.admin.v1.ConnectionsResponse",
            fields: [
                FieldSchema(
                    1, "connections", .message("tally.admin.v1.Connection"), isRepeated: true),
                FieldSchema(2, "channels", .message("tally.admin.v1.Channel"), isRepeated: true),
            ]),
    ]
    static let enums: [EnumSchema] = []
    static let services: [ServiceSchema] = [
        ServiceSchema(name: "tally.admin.v1.Admin", methods: AdminMethods.all)
    ]
}
