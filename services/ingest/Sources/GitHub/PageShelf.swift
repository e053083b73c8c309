import ServiceKit

/// Where pages are kept: those of a scan on its way, and the newest version of each address.
protocol PageShelf: Sendable {
    /// What a scan has read so far, in the order of reading; empty for a new one.
    func pages(of scan: String) async throws -> [KeptPage]
    /// Keeps a page; from here on nobody asks for it again.
    func keep(_ page: KeptPage, of scan: String) async throws
    /// The scan is over.
    func forget(_ scan: String) async throws
    /// The newest version of an address.
    func version(of url: String) async throws -> KeptVersion?
    func keep(_ version: KeptVersion, of url: String) async throws
}

/// A page of a scan.
struct KeptPage: Hashable, Sendable {
    var family: GitHubFamily
    /// From 0, within its family.
    var number: Int
    /// Of the whole scan: a cursor is good for the same range only.
    var days: ClosedRange<CivilDay>
    /// When it was read.
    var readAt: Timestamp
    var page: GitHubPage
}

/// What an address held when it had an ETag.
struct KeptVersion: Hashable, Sendable {
    var etag: String
    /// In the form of whoever keeps it.
    var content: String
}
