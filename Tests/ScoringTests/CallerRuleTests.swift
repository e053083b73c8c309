import Crypto
import RPC
import RPCCore
import ServiceHost
import TallyAPI
import Testing

@testable import Scoring

@Suite struct CallerRuleTests {
    private let list = CallerRules.allowList(
        ScoringMethods.all + ScoresMethods.all, of: ScoringProgram.self)

    @Test(arguments: ["ingest", "scoring", "ranking", "gateway", "operator", "stranger"])
    func `ranking may follow, and nobody but the gateway may change anything`(name: String) {
        let caller = PeerIdentity(commonName: name)
        let follows = self.list.admits(
            caller, to: ScoresMethods.follow.path, fromThisMachine: true)
        #expect(follows == (name == "ranking"))
        for method in ScoringMethods.all {
            let expected =
                method.idempotency == .noSideEffects ? name != "stranger" : name == "gateway"
            let admits = self.list.admits(caller, to: method.path, fromThisMachine: true)
            #expect(admits == expected, "\(method.path)")
        }
    }
}
