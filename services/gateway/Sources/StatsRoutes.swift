import HTTPCore
import RPC
import RPCCore
import ServiceHost
import ServiceKit
import TallyAPI

/// Numbers of the whole installation.
struct StatsRoutes: Sendable {
    let upstreams: Upstreams

    var routes: [Route] {
        [Route("GET", "/stats", "numbers of the installation") { try await self.stats($0) }]
    }

    private func stats(_ exchange: Exchange) async throws -> HTTPResponse {
        try Parameters(exchange.request).finish()
        let options = exchange.options
        // A service that is away leaves its numbers out; the rest is still worth showing.
        async let ingest = try? self.upstreams.ingest.getStats(
            IngestStatsRequest(), options: options)
        async let scoring = try? self.upstreams.scoring.getStats(
            ScoringStatsRequest(), options: options)
        let states = await self.states(options.trace)
        let (events, people) = (await ingest, await scoring)
        var writer = JSONWriter()
        writer.object { object in
            if let people { object.member("contributors", people.contributors) }
            if let events { Self.write(events, into: &object) }
            object.object("services") { services in
                for (name, status, version) in states {
                    services.object(name) { service in
                        service.member("status", status)
                        service.member("version", version)
                    }
                }
            }
        }
        return .json(200, writer)
    }

    private static func write(_ events: IngestStats, into object: inout JSONWriter) {
        object.member("repositories", events.repositories)
        object.member("events", events.events)
        object.member("bytes", events.bytes)
        object.member("demonstration", events.demonstration)
        object.object("jobs") { jobs in
            for entry in events.jobs { jobs.member(JSONWriter.name(entry.status), entry.count) }
        }
    }

    /// How long a service may take to say how it is.
    private static let healthTimeout = Duration.seconds(2)

    private func states(_ trace: TraceContext?) async -> [(String, String, String?)] {
        var states: [(String, String, String?)] = []
        for (name, channel) in self.upstreams.channels {
            let options = CallOptions(timeout: Self.healthTimeout, trace: trace?.child())
            do throws(RPCError) {
                let health = try await HealthClient(channel).check(
                    HealthCheckRequest(), options: options)
                let hello = try await channel.serverHello(options: options)
                let version = hello.agent.split(separator: " ").first.flatMap {
                    $0.split(separator: "/").last.map(String.init)
                }
                states.append(
                    (name, health.status == .serving ? "serving" : "not_serving", version))
            } catch {
                states.append((name, "away", nil))
            }
        }
        return states
    }
}
