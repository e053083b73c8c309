// Made by proto/generate.sh from all files; not to be edited.

extension SchemaTable {
    /// SHA-256 of everything declared, comments left out: alike in programs that were
    /// built from the same messages and methods.
    public static let digest: [UInt8] = [
        0x1A, 0xAC, 0xCE, 0x0D, 0x25, 0xA8, 0x9C, 0x9B, 0xE3, 0x49, 0xCB, 0xBF, 0x4F, 0xE4, 0x47,
        0xB8, 0x40, 0xF6, 0x13, 0x25, 0x17, 0x0D, 0x56, 0x64, 0x2A, 0xB6, 0x64, 0xDA, 0xFD, 0xFC,
        0xBB, 0xEC,
    ]

    /// Everything declared.
    public static let all = SchemaTable(
        messages: [
            AdminAdminSchema.messages, CommonCommonSchema.messages, GatewayGatewaySchema.messages,
            HealthHealthSchema.messages, IngestActivitySchema.messages, IngestIngestSchema.messages,
            LogsLogsSchema.messages, RankingRankingSchema.messages, ScoringScoresSchema.messages,
            ScoringScoringSchema.messages,
        ].flatMap { $0 },
        enums: [
            AdminAdminSchema.enums, CommonCommonSchema.enums, GatewayGatewaySchema.enums,
            HealthHealthSchema.enums, IngestActivitySchema.enums, IngestIngestSchema.enums,
            LogsLogsSchema.enums, RankingRankingSchema.enums, ScoringScoresSchema.enums,
            ScoringScoringSchema.enums,
        ].flatMap { $0 },
        services: [
            AdminAdminSchema.services, CommonCommonSchema.services, GatewayGatewaySchema.services,
            HealthHealthSchema.services, IngestActivitySchema.services, IngestIngestSchema.services,
            LogsLogsSchema.services, RankingRankingSchema.services, ScoringScoresSchema.services,
            ScoringScoringSchema.services,
        ].flatMap { $0 })
}
