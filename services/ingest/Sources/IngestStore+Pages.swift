import ServiceKit

/// The shelf of GitHub's pages in the service's own schema.
extension IngestStore: PageShelf {
    func pages(of scan: String) async throws -> [KeptPage] {
        try await read { try PageStore.pages(of: scan, in: $0) }
    }

    func keep(_ page: KeptPage, of scan: String) async throws {
        try await write { try PageStore.keep(page, of: scan, in: $0) }
    }

    func forget(_ scan: String) async throws {
        try await write { try PageStore.forget(scan, in: $0) }
    }

    func version(of url: String) async throws -> KeptVersion? {
        try await read { try PageStore.version(of: url, in: $0) }
    }

    func keep(_ version: KeptVersion, of url: String) async throws {
        try await write { try PageStore.keep(version, of: url, in: $0) }
    }
}
