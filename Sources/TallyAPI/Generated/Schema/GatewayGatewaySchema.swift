// Made by proto/generate.sh from tally/gateway/v1/gateway.proto; not to be edited.

/// What `tally/gateway/v1/gateway.proto` declares.
enum GatewayGatewaySchema {
    static let messages: [MessageSchema] = [
        MessageSchema(name: "tally.gateway.v1.RoutesRequest", fields: []),
        MessageSchema(
            name: "tally.gateway.v1.Route",
            fields: [
                FieldSchema(1, "method", .string),
                FieldSchema(2, "path", .string),
                FieldSchema(3, "summary", .string),
            ]),
        MessageSchema(
            name: "tally.gateway.v1.RoutesResponse",
            fields: [
                FieldSchema(1, "routes", .message("tally.gateway.v1.Route"), isRepeated: true)
            ]),
        MessageSchema(name: "tally.gateway.v1.GatewayStatsRequest", fields: []),
        MessageSchema(
            name: "tally.gateway.v1.GatewayStats",
            fields: [
                FieldSchema(1, "requests", .uint64),
                FieldSchema(2, "connections", .uint32),
                FieldSchema(3, "web_sockets", .uint32),
                FieldSchema(4, "http_address", .string),
            ]),
    ]
    static let enums: [EnumSchema] = []
    static let services: [ServiceSchema] = [
        ServiceSchema(name: "tally.gateway.v1.Gateway", methods: GatewayMethods.all)
    ]
}
