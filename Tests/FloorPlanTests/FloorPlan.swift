/// Which target stands on which floor, and who may reach into which cellar.
enum FloorPlan {
    static let floors: [[String]] = [
        [
            "CEpoll", "CTallyProto", "CPostgres", "CCurl", "COpenSSL", "CISAL", "CSimdjson",
            "CZlib", "CWslay",
        ],
        ["ServiceKit", "RPCCore", "HTTPCore"],
        ["Sockets", "Postgres", "HTTPClient", "Crypto", "JSON", "Archive"],
        ["RPC", "HTTPServer", "GitHubData"],
        ["TallyAPI"],
        ["ServiceHost"],
        ["Ingest", "Scoring", "Ranking", "GatewayPages", "Gateway"],
    ]

    /// The one module that may import a C target.
    static let owners = [
        "CEpoll": "Sockets", "CTallyProto": "TallyAPI", "CPostgres": "Postgres",
        "CCurl": "HTTPClient", "COpenSSL": "Crypto", "CISAL": "Archive", "CZlib": "Archive",
        "CSimdjson": "JSON", "CWslay": "HTTPServer",
    ]

    /// Modules that come with the toolchain and may stand anywhere but in the pure cores.
    static let system: Set<String> = ["Glibc", "Synchronization", "Dispatch"]

    /// Whose clients a service may hold, besides its own for its probe.
    static let clients: [String: Set<String>] = [
        "ingest": ["IngestClient", "ActivityClient"],
        "scoring": ["IngestClient", "ActivityClient", "ScoringClient"],
        "ranking": ["ScoringClient", "ScoresClient", "RankingClient"],
        "gateway": ["IngestClient", "ScoringClient", "RankingClient"],
    ]

    static func floor(of module: String) -> Int? {
        self.floors.firstIndex { $0.contains(module) }
    }

    /// The target that a file belongs to; nil for the programs' ten lines.
    static func target(of path: String) -> String? {
        let parts = path.split(separator: "/").map(String.init)
        guard parts.count > 2 else { return nil }
        if parts[0] == "Sources" { return parts[1] }
        switch parts[2] {
        case "Sources": return parts[1].prefix(1).uppercased() + parts[1].dropFirst()
        case "Pages": return "GatewayPages"
        case _: return nil
        }
    }
}
