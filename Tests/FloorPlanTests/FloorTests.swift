import Testing

/// The plan of the house holds: imports go down, cellars have one owner, services stay apart.
@Suite struct FloorTests {
    private static let clients: Set = [
        "IngestClient", "ActivityClient", "ScoringClient", "ScoresClient", "RankingClient",
    ]

    @Test func `imports go down a floor and never sideways`() {
        for file in SourceTree.sources {
            guard let target = FloorPlan.target(of: file.path) else { continue }
            guard let floor = FloorPlan.floor(of: target) else {
                Issue.record("\(file.path): target \(target) stands on no floor of FloorPlan")
                continue
            }
            for module in file.imports where !FloorPlan.system.contains(module) {
                let below = FloorPlan.floor(of: module)
                let pages = target == "Gateway" && module == "GatewayPages"
                #expect(
                    below.map { $0 < floor } == true || pages,
                    "\(file.path) imports \(module), which is not below it")
            }
        }
    }

    @Test func `a C library is imported by its owner alone`() {
        for file in SourceTree.sources {
            for module in file.imports {
                guard let owner = FloorPlan.owners[module] else { continue }
                #expect(
                    FloorPlan.target(of: file.path) == owner,
                    "\(file.path) imports \(module), which belongs to \(owner)")
            }
        }
    }

    @Test func `every C target has an owner that uses it`() {
        for module in FloorPlan.floors[0] {
            let users = SourceTree.sources.filter { $0.imports.contains(module) }
            #expect(!users.isEmpty, "nobody imports \(module)")
        }
    }

    @Test(arguments: ["RPCCore", "HTTPCore"])
    func `the protocol cores import nothing`(core: String) {
        for file in SourceTree.sources where FloorPlan.target(of: file.path) == core {
            #expect(file.imports.isEmpty, "\(file.path) imports \(file.imports)")
        }
    }

    @Test func `inside a service only a store imports Postgres`() {
        for file in SourceTree.sources where file.path.hasPrefix("services/") {
            guard file.imports.contains("Postgres") else { continue }
            #expect(
                file.name.contains(/Store(\+\w+)?\.swift$/), "\(file.path) imports Postgres")
        }
    }

    @Test func `a service holds only the clients the plan gives it`() {
        for file in SourceTree.sources where file.path.hasPrefix("services/") {
            let service = String(file.path.split(separator: "/")[1])
            let allowed = FloorPlan.clients[service] ?? []
            let text = file.lines.joined(separator: "\n")
            let named = Self.clients.filter { text.contains($0) }
            #expect(
                named.isSubset(of: allowed),
                "\(file.path) holds \(named.subtracting(allowed).sorted())")
        }
    }

    @Test func `no product code imports Foundation`() {
        for file in SourceTree.sources {
            #expect(!file.imports.contains("Foundation"), "\(file.path) imports Foundation")
        }
    }

    @Test func `every library and service has its tests`() {
        let targets = FloorPlan.floors.dropFirst().joined().filter { $0 != "GatewayPages" }
        for target in targets {
            let tested = SourceTree.tests.contains {
                $0.path.hasPrefix("Tests/\(target)Tests/")
                    && $0.lines.contains { line in
                        line.contains("@Test")
                    }
            }
            #expect(tested, "\(target) has no test")
        }
    }
}
