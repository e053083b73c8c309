// Made by proto/generate.sh from tally/health/v1/health.proto; not to be edited.

/// What `tally/health/v1/health.proto` declares.
enum HealthHealthSchema {
    static let messages: [MessageSchema] = [
        MessageSchema(
            name: "tally.health.v1.HealthCheckRequest",
            fields: [
                FieldSchema(1, "service", .string)
            ]),
        MessageSchema(
            name: "tally.health.v1.HealthCheckResponse",
            fields: [
                FieldSchema(
                    1, "status", .enumeration("tally.health.v1.HealthCheckResponse.ServingStatus")),
                FieldSchema(100, "reason", .string),
            ]),
        MessageSchema(name: "tally.health.v1.HealthListRequest", fields: []),
        MessageSchema(
            name: "tally.health.v1.HealthListEntry",
            fields: [
                FieldSchema(1, "service", .string),
                FieldSchema(2, "response", .message("tally.health.v1.HealthCheckResponse")),
            ]),
        MessageSchema(
            name: "tally.health.v1.HealthListResponse",
            fields: [
                FieldSchema(
                    1, "services", .message("tally.health.v1.HealthListEntry"), isRepeated: true)
            ]),
    ]
    static let enums: [EnumSchema] = [
        EnumSchema(
            name: "tally.health.v1.HealthCheckResponse.ServingStatus",
            values: [(0, "UNKNOWN"), (1, "SERVING"), (2, "NOT_SERVING"), (3, "SERVICE_UNKNOWN")])
    ]
    static let services: [ServiceSchema] = [
        ServiceSchema(name: "tally.health.v1.Health", methods: HealthMethods.all)
    ]
}
