import RPC
import RPCCore
import ServiceHost
import TallyAPI

/// The three services behind the gateway.
struct Upstreams: Sendable {
    let ingest: IngestClient
    let scoring: ScoringClient
    let ranking: RankingClient
    /// Health and log lines of each, by name.
    let channels: [(name: String, channel: RPCChannel)]

    /// Time for one call behind a request.
    static let timeout = Duration.seconds(10)

    /// Calls one of them; its failure becomes a problem.
    static func ask<Value: Sendable>(
        _ service: String, _ body: () async throws -> Value
    ) async throws(Problem) -> Value {
        do { return try await body() } catch let problem as Problem { throw problem } catch let
            error as RPCError
        { throw Problem(error, service: service) } catch {
            throw Problem(500, "internal_error", "The \(service) service failed.")
        }
    }
}
