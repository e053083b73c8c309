// swift-tools-version: 6.2
// The plan of the house: targets bottom-up, floor by floor. FloorPlanTests holds the sources to it.
import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// For what every call goes through: that nobody changes a value while somebody else does is held
/// by every test build, and a release spends nothing on it (a twelfth of a call).
let callPath: [SwiftSetting] = [
    .unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release))
]

/// A library of one floor, in `Sources/<name>`.
func library(
    _ name: String, _ dependencies: [Target.Dependency] = [], more: [SwiftSetting] = []
) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings + more)
}

/// A C library that pkg-config describes.
func cLibrary(_ name: String, _ pkgConfig: String, _ package: String) -> Target {
    .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([package])])
}

/// A service: `services/<folder>/Sources`, with its migrations and queries inside the program.
func service(
    _ name: String, _ dependencies: [Target.Dependency], texts: [String] = ["migrations"],
    beside: [String] = []
) -> Target {
    .target(
        name: name, dependencies: dependencies, path: "services/\(name.lowercased())",
        exclude: ["README.md", "Main"] + beside, sources: ["Sources"],
        resources: texts.map { .embedInCode($0) },
        swiftSettings: settings)
}

/// The program of a service: `services/<folder>/Main`.
func program(_ service: String) -> Target {
    .executableTarget(
        name: "tally-\(service.lowercased())",
        dependencies: [.init(stringLiteral: service), "ServiceHost"],
        path: "services/\(service.lowercased())/Main", swiftSettings: settings)
}

/// The tests of a target: `Tests/<target>Tests`.
func tests(_ target: String, _ more: [Target.Dependency] = []) -> Target {
    .testTarget(
        name: "\(target)Tests", dependencies: [.init(stringLiteral: target)] + more,
        swiftSettings: settings)
}

/// C: one target per library, each with exactly one owner above it.
let floor0: [Target] = [
    .target(name: "CEpoll"),
    .target(name: "CTallyProto", linkerSettings: [.linkedLibrary("protobuf-c")]),
    cLibrary("CPostgres", "libpq", "libpq-dev"),
    .target(name: "CCurl", linkerSettings: [.linkedLibrary("curl")]),
    cLibrary("COpenSSL", "openssl", "libssl-dev"),
    cLibrary("CISAL", "libisal", "libisal-dev"),
    .target(
        name: "CSimdjson", cxxSettings: [.unsafeFlags(["-O3"])],
        linkerSettings: [.linkedLibrary("simdjson"), .linkedLibrary("stdc++")]),
    cLibrary("CZlib", "zlib", "zlib1g-dev"),
    .target(name: "CWslay", linkerSettings: [.linkedLibrary("wslay")]),
]

/// Pure values: no socket, no file, no clock of their own.
let floor1: [Target] = [
    library("ServiceKit"),
    library("RPCCore", more: callPath),
    library("HTTPCore"),
]

/// Each alone with one C library or the kernel.
let floor2: [Target] = [
    library("Sockets", ["CEpoll"], more: callPath),
    library("Postgres", ["CPostgres"]),
    library("HTTPClient", ["CCurl"]),
    library("Crypto", ["COpenSSL"]),
    library("JSON", ["CSimdjson"]),
    library("Archive", ["CISAL", "CZlib"]),
]

/// Protocols in motion, and what GitHub's events mean.
let floor3: [Target] = [
    library("RPC", ["RPCCore", "Sockets", "Crypto"], more: callPath),
    library("HTTPServer", ["HTTPCore", "Sockets", "Crypto", "Archive", "CWslay"]),
    library("GitHubData", ["ServiceKit", "Archive", "JSON", "Crypto"]),
]

/// The messages as Swift values, the clients and the service protocols (generated).
let floor4: [Target] = [
    library("TallyAPI", ["CTallyProto", "RPC", "RPCCore", "JSON", "ServiceKit"])
]

/// One order of serving, migrating and probing for all four programs.
let floor5: [Target] = [
    library(
        "ServiceHost",
        [
            "TallyAPI", "RPC", "RPCCore", "HTTPServer", "HTTPCore", "Postgres", "Sockets", "JSON",
            "Crypto", "ServiceKit",
        ])
]

let aboveTheHost: [Target.Dependency] = [
    "ServiceHost", "TallyAPI", "RPC", "RPCCore", "Sockets", "JSON", "Crypto", "ServiceKit",
]

/// The services and their programs.
let floor6: [Target] = [
    service(
        "Ingest", aboveTheHost + ["GitHubData", "Archive", "HTTPClient", "Postgres"],
        texts: ["migrations", "queries"]),
    service("Scoring", aboveTheHost + ["Postgres"]),
    service("Ranking", aboveTheHost + ["Postgres"]),
    .target(
        name: "GatewayPages", path: "services/gateway/Pages",
        resources: [.embedInCode("web")], swiftSettings: settings),
    service(
        "Gateway",
        aboveTheHost + ["HTTPServer", "HTTPCore", "HTTPClient", "Archive", "GatewayPages"],
        texts: [],
        beside: ["Pages", "dashboard.png"]),
    program("Ingest"), program("Scoring"), program("Ranking"), program("Gateway"),
]

let testTargets: [Target] = [
    .target(
        name: "TestKit", dependencies: ["Postgres", "ServiceKit"], path: "Tests/TestKit",
        swiftSettings: settings),
    tests("ServiceKit"), tests("RPCCore"), tests("HTTPCore"),
    tests("Sockets"), tests("Postgres", ["TestKit"]), tests("HTTPClient", ["TestKit"]),
    tests("Crypto", ["TestKit"]), tests("JSON"), tests("Archive"),
    tests("RPC", ["RPCCore", "Sockets", "Crypto", "TestKit"]),
    tests("HTTPServer", ["HTTPCore", "Sockets"]),
    tests("GitHubData", ["ServiceKit", "Archive", "JSON", "Crypto"]),
    tests("TallyAPI", ["RPC", "RPCCore", "JSON"]),
    tests("ServiceHost", ["TestKit"] + floor5[0].dependencies),
    tests("Ingest", ["TestKit"] + floor6[0].dependencies),
    tests("Scoring", ["TestKit"] + floor6[1].dependencies),
    tests("Ranking", ["TestKit"] + floor6[2].dependencies),
    tests("Gateway", ["TestKit"] + floor6[4].dependencies),
    // The three services' stores in one process, joined by their feeds.
    .testTarget(
        name: "PipelineTests",
        dependencies: ["TestKit", "Ingest", "Scoring", "Ranking"] + floor6[0].dependencies,
        swiftSettings: settings),
    .testTarget(name: "FloorPlanTests", swiftSettings: settings),
    .executableTarget(
        name: "tally-bench",
        dependencies: ["TallyAPI", "RPC", "RPCCore", "Sockets", "GitHubData", "Ingest"],
        path: "Tests/Benchmarks/Ours", swiftSettings: settings),
]

let package = Package(
    name: "tally",
    products: ["ingest", "scoring", "ranking", "gateway"].map {
        .executable(name: "tally-\($0)", targets: ["tally-\($0)"])
    },
    targets: floor0 + floor1 + floor2 + floor3 + floor4 + floor5 + floor6 + testTargets,
    cxxLanguageStandard: .cxx17)
