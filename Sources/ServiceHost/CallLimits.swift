internal import RPC
internal import ServiceKit

/// How many calls of a method may run at once, as operators write it: `PATH=N` or `PATH=auto`.
struct CallLimits: Sendable {
    static let variable = "TALLY_CALL_LIMITS"
    /// More at once than this are more than a connection's streams and a pool could ever serve.
    static let largest = 10_000

    private(set) var limits: [String: MethodLimits.Limit] = [:]

    init(_ reader: inout ConfigurationReader) {
        let words = reader.list(
            Self.variable,
            "calls of a method that may run at once, as /package.Service/Method=N or =auto, "
                + "comma-separated; more wait for their turn, those that could not be in time "
                + "are refused")
        for word in words {
            let parts = word.split(separator: "=", omittingEmptySubsequences: false)
            guard parts.count == 2, Self.isPath(parts[0]), let limit = Self.limit(parts[1]) else {
                reader.fault(
                    "\(Self.variable) holds \"\(word)\": write /package.Service/Method=N, with N "
                        + "from 1 to \(Self.largest), or =auto")
                continue
            }
            self.limits[String(parts[0])] = limit
        }
    }

    private static func isPath(_ text: Substring) -> Bool {
        text.hasPrefix("/") && text.split(separator: "/").count == 2
    }

    private static func limit(_ text: Substring) -> MethodLimits.Limit? {
        if text == "auto" { return .auto }
        guard let number = Int(text), (1...Self.largest).contains(number) else { return nil }
        return .fixed(number)
    }

    /// - Parameter methods: of this service; one file may serve all four, so that other services'
    ///   are no faults.
    /// - Throws: `ConfigurationFaults` naming each method that should be here and is not.
    func check(_ methods: [String], of service: String) throws(ConfigurationFaults) {
        let missing = self.limits.keys.filter {
            $0.hasPrefix("/tally.\(service).") && !methods.contains($0)
        }
        guard missing.isEmpty else {
            throw ConfigurationFaults(
                faults: missing.sorted().map { "\(Self.variable): there is no \($0)" })
        }
    }
}
