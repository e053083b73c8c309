import JSON
import RPCCore
import TallyAPI
import Testing

@Suite struct SchemaTests {
    private let table = SchemaTable.all

    @Test func `RPC-73 no message can hold itself, so that none can nest without end`() {
        func depth(_ name: String, _ above: [String]) -> Int {
            if above.contains(name) {
                Issue.record("\(above.joined(separator: " > ")) > \(name) is a circle")
                return 0
            }
            let fields = self.table.messages[name]?.fields ?? []
            let inner = fields.map { field -> Int in
                guard case .message(let type) = field.kind else { return 0 }
                return depth(type, above + [name])
            }
            return 1 + (inner.max() ?? 0)
        }
        for name in self.table.messages.keys { #expect(depth(name, []) < 10) }
    }

    @Test func `every method's messages are known and its path names its service`() {
        #expect(self.table.services.count >= 9)
        for service in self.table.services {
            for method in service.methods {
                #expect(self.table.messages[method.requestType] != nil)
                #expect(self.table.messages[method.responseType] != nil)
                #expect(method.path.hasPrefix("/\(service.name)/"))
            }
        }
    }

    @Test func `what changes nothing may be repeated, what drains may not`() {
        #expect(self.table.method("tally.health.v1.Health/Check")?.idempotency == .noSideEffects)
        #expect(self.table.method("/tally.admin.v1.Admin/Drain")?.idempotency == .unknown)
        #expect(self.table.method("tally.health.v1.Health/Nothing") == nil)
    }

    @Test func `JSON becomes a message and the same JSON again`() throws {
        let text = #"{"owner":"tide","name":"harbor"}"#
        let bytes = try JSONMapping().encode(
            try JSONReader.read(text), as: "tally.ingest.v1.GetRepositoryRequest")
        #expect(
            try decode(bytes) as GetRepositoryRequest
                == GetRepositoryRequest(owner: "tide", name: "harbor"))
        #expect(
            try JSONMapping().decode(bytes, as: "tally.ingest.v1.GetRepositoryRequest") == text)
    }

    @Test func `large numbers travel as text, and either form is read`() throws {
        for text in [#"{"id":"9007199254740993"}"#, #"{"id":9007199254740993}"#] {
            let bytes = try JSONMapping().encode(
                try JSONReader.read(text), as: "tally.ingest.v1.GetRepositoryRequest")
            #expect(try decode(bytes) as GetRepositoryRequest == .init(id: 9_007_199_254_740_993))
            #expect(
                try JSONMapping().decode(bytes, as: "tally.ingest.v1.GetRepositoryRequest")
                    == #"{"id":"9007199254740993"}"#)
        }
    }

    @Test(arguments: [
        #"{"colour":1}"#, #"{"id":"x"}"#, #"{"owner":5}"#, #"{"id":1.5}"#, #"[]"#, #""x""#,
        #"{"id":"99999999999999999999"}"#,
    ])
    func `BAD-11 JSON that does not fit the message is refused`(text: String) {
        #expect(throws: JSONMappingError.self) {
            try JSONMapping().encode(
                try JSONReader.read(text), as: "tally.ingest.v1.GetRepositoryRequest")
        }
    }

    @Test func `defaults are written when they are asked for`() throws {
        let text = try JSONMapping().decode(
            [], as: "tally.health.v1.HealthCheckResponse", emitsDefaults: true)
        #expect(text == #"{"status":"UNKNOWN","reason":""}"#)
        #expect(try JSONMapping().decode([], as: "tally.health.v1.HealthCheckResponse") == "{}")
    }
}
