/// What reading some days from a source would take; nothing is started to find it out.
struct SourceEstimate: Hashable, Sendable {
    /// Calls of the source's interface, or files asked for.
    var requests: UInt64 = 0
    /// Bytes read: those of files, or those that are billed.
    var bytes: UInt64 = 0
    /// Millionths of a dollar.
    var microUSD: Int64 = 0
    /// Hours that the source is known not to have.
    var hoursMissing = 0
    /// Why it would be refused, in a sentence; nil = it is allowed.
    var refusal: String?
}
