// Made by proto/generate.sh from all files; not to be edited.

extension SchemaTable {
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
