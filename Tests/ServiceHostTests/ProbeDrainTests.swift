import RPC
import RPCCore
import ServiceKit
import Sockets
import Testing

@testable import ServiceHost

/// How `probe drain` knows that a service has ended.
@Suite struct ProbeDrainTests {
    @Test func `a process is watched on its own machine alone`() {
        #expect(ProbeAdmin.process(of: "tide:42:1700", on: "tide") == 42)
        #expect(ProbeAdmin.process(of: "reef:42:1700", on: "tide") == nil)
        #expect(ProbeAdmin.process(of: "tide.example:42:1700", on: "tide") == nil)
        #expect(ProbeAdmin.process(of: "tide:forty:1700", on: "tide") == nil)
        #expect(ProbeAdmin.process(of: "tide", on: "tide") == nil)
        #expect(ProbeAdmin.process(of: "", on: "") == nil)
        let own = ProbeAdmin.process(of: SystemAccess.instance, on: SystemAccess.hostName)
        #expect(own == SystemAccess.processID)
    }

    @Test func `a service elsewhere is away when its port is closed or somebody else's`()
        async throws
    {
        let group = try EventLoopGroup(threads: 1, name: "drain")
        defer { group.shutdown() }
        func server(_ instance: String) throws -> RPCServer {
            try RPCServer(
                try SocketAddress(parsing: "127.0.0.1:0"), router: RPCRouter(),
                configuration: ServerConfiguration(
                    hello: Hello(agent: "far/1", instance: instance)),
                group: group)
        }
        func isAway(_ instance: String, _ server: RPCServer) async throws -> Bool {
            let address = "\(server.localAddress)"
            return try await ProbeAdmin.isAway(instance, CallOptions(timeout: .seconds(5))) {
                try RPCChannel(address, configuration: ClientConfiguration(), group: group)
            }
        }
        let (named, nameless) = (try server("far:1:2"), try server(""))
        #expect(try await !isAway("far:1:2", named))
        #expect(try await isAway("far:1:1", named))
        #expect(try await !isAway("far:1:2", nameless))
        await named.shutdown(grace: .zero)
        #expect(try await isAway("far:1:2", named))
        await nameless.shutdown(grace: .zero)
    }
}
