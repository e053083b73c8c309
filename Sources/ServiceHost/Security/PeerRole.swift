internal import Crypto
public import RPCCore
internal import ServiceKit

/// What a caller is to the house, told by the names in its certificate.
public enum PeerRole: String, CaseIterable, Sendable {
    /// The ingest service.
    case ingest
    /// The scoring service.
    case scoring
    /// The ranking service.
    case ranking
    /// The gateway, in front of the others.
    case gateway
    /// Somebody who runs the house.
    case `operator`
}

/// Who may make a call, where that differs from the rule for all: calls that only read are for
/// every role, the others for the gateway.
public struct CallerRule: Sendable {
    let path: String
    let roles: Set<PeerRole>
    let admitsThisMachine: Bool

    /// Makes a rule.
    ///
    /// - Parameter orThisMachine: whether callers of this machine may, whatever their role.
    public init(
        _ method: MethodDescriptor, _ roles: Set<PeerRole>, orThisMachine: Bool = false
    ) {
        self.path = method.path
        self.roles = roles
        self.admitsThisMachine = orThisMachine
    }
}

/// The names of certificates that stand for each role.
struct RoleNames: Sendable, Hashable {
    private var names: [PeerRole: Set<String>]

    /// Each role's own word.
    init() {
        self.names = Dictionary(
            uniqueKeysWithValues: PeerRole.allCases.map { ($0, [$0.rawValue]) })
    }

    /// Each role's own word, and what the operator adds as `role=name`.
    init(_ reader: inout ConfigurationReader) {
        self.init()
        let entries = reader.list(
            "TALLY_RPC_ROLES",
            "more names of certificates, as scoring=NAME with commas between; a role's own word "
                + "always stands for it")
        for entry in entries {
            let parts = entry.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, let role = PeerRole(rawValue: String(parts[0])) else {
                let roles = PeerRole.allCases.map(\.rawValue).joined(separator: ", ")
                reader.fault("TALLY_RPC_ROLES: \"\(entry)\" is not ROLE=NAME, roles: \(roles)")
                continue
            }
            self.names[role, default: []].insert(String(parts[1]))
        }
    }

    /// Every name of some roles.
    func of(_ roles: Set<PeerRole>) -> Set<String> {
        roles.reduce(into: []) { $0.formUnion(self.names[$1] ?? []) }
    }

    /// Whether a certificate stands for a role.
    func stand(for role: PeerRole, in identity: PeerIdentity?) -> Bool {
        guard let identity else { return false }
        return self.of([role]).contains { identity.holds($0) }
    }
}
