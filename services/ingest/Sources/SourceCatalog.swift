import RPCCore

/// The sources that are configured, best first.
struct SourceCatalog: Sendable {
    /// Every source that Tally knows of, configured or not, best first.
    static let names = SourceRank.best

    let sources: [any Source]

    /// What a job is told about its source: a name, or that the plan decides.
    /// - Parameter name: "" or "auto" leaves the choice to us.
    func jobSource(_ name: String) throws(RPCError) -> String {
        let asked = name == SourcePlanner.auto ? "" : name
        let source = try choose(asked)
        return asked.isEmpty && sources.count > 1 ? SourcePlanner.auto : source.name
    }

    /// The source of a name; "" leaves the choice to us.
    func choose(_ name: String) throws(RPCError) -> any Source {
        let name = name == SourcePlanner.auto ? "" : name
        guard name.isEmpty || Self.names.contains(name) else {
            throw RequestRules.invalid("source", "one of \(Self.names.joined(separator: ", "))")
        }
        guard let source = sources.first(where: { name.isEmpty || $0.name == name }) else {
            throw RPCError(
                .failedPrecondition,
                name.isEmpty
                    ? "no source is configured: set TALLY_ARCHIVE, or TALLY_GITHUB_TOKEN_FILE"
                    : "the source \(name) is not configured: \(Self.remedy(name))",
                reason: "SOURCE_NOT_CONFIGURED")
        }
        return source
    }

    /// What makes a source that is not configured one.
    static func remedy(_ name: String) -> String {
        switch name {
        case SourceRank.github: "name a file with a token in TALLY_GITHUB_TOKEN_FILE"
        case SourceRank.archive: "set TALLY_ARCHIVE, and let TALLY_SOURCES name it"
        case _: "name a service account's key in TALLY_BIGQUERY_KEY_FILE"
        }
    }
}
