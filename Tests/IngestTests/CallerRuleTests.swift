import Crypto
import RPC
import RPCCore
import ServiceHost
import TallyAPI
import Testing

@testable import Ingest

@Suite struct CallerRuleTests {
    private let list = CallerRules.allowList(
        IngestMethods.all + ActivityMethods.all, of: IngestProgram.self)

    private func admits(_ name: String, _ path: String) -> Bool {
        self.list.admits(PeerIdentity(commonName: name), to: path, fromThisMachine: true)
    }

    @Test(arguments: ["ingest", "scoring", "ranking", "gateway", "operator", "stranger"])
    func `scoring may follow, the gateway and an operator may order, every role may read`(
        name: String
    ) {
        #expect(self.admits(name, ActivityMethods.follow.path) == (name == "scoring"))
        let orders = ["gateway", "operator"].contains(name)
        for method in [
            IngestMethods.submitScrape, IngestMethods.addRepository, IngestMethods.removeRepository,
            IngestMethods.cancelJob, IngestMethods.retryJob,
        ] {
            #expect(self.admits(name, method.path) == orders, "\(method.path)")
        }
        #expect(self.admits(name, IngestMethods.listJobs.path) == (name != "stranger"))
    }
}
