import RPCCore

/// The sources that are configured, best first.
struct SourceCatalog: Sendable {
    /// Every source that Tally knows of, configured or not.
    static let names = ["github", "archive", "bigquery"]

    /// What makes each of them a source.
    static let variables = ["archive": "TALLY_ARCHIVE", "bigquery": "TALLY_BIGQUERY_KEY_FILE"]

    let sources: [any Source]

    /// The source of a name; "" leaves the choice to us.
    func choose(_ name: String) throws(RPCError) -> any Source {
        guard name.isEmpty || Self.names.contains(name) else {
            throw RequestRules.invalid("source", "one of \(Self.names.joined(separator: ", "))")
        }
        guard let source = sources.first(where: { name.isEmpty || $0.name == name }) else {
            throw RPCError(
                .failedPrecondition,
                name.isEmpty
                    ? "no source is configured: set TALLY_ARCHIVE"
                    : "the source \(name) is not configured: set "
                        + (Self.variables[name] ?? "TALLY_SOURCES"),
                reason: "SOURCE_NOT_CONFIGURED")
        }
        return source
    }
}
