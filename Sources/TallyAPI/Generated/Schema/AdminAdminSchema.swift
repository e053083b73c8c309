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
    ]
    static let enums: [EnumSchema] = []
    static let services: [ServiceSchema] = [
        ServiceSchema(name: "tally.admin.v1.Admin", methods: AdminMethods.all)
    ]
}
