public import RPC
public import RPCCore
internal import TallyAPI

/// The allow list of a service: the rule for all, and what differs.
public enum CallerRules {
    /// Rules that every service has.
    private static let common = [
        CallerRule(AdminMethods.drain, [.operator], orThisMachine: true)
    ]

    /// The list of a program under the roles' own words.
    public static func allowList(
        _ methods: [MethodDescriptor], of program: any ServiceProgram.Type
    ) -> AllowList {
        self.allowList(methods, program.callerRules, RoleNames())
    }

    /// - Parameter own: the service's rules; they win over those for all.
    static func allowList(
        _ methods: [MethodDescriptor], _ own: [CallerRule], _ names: RoleNames
    ) -> AllowList {
        var callers: [String: AllowList.Callers] = [:]
        for method in methods {
            let readsOnly = method.idempotency == .noSideEffects
            let roles: Set<PeerRole> = readsOnly ? Set(PeerRole.allCases) : [.gateway]
            callers[method.path] = AllowList.Callers(names: names.of(roles))
        }
        for rule in self.common + own {
            callers[rule.path] = AllowList.Callers(
                names: names.of(rule.roles), admitsThisMachine: rule.admitsThisMachine)
        }
        return AllowList(callers)
    }
}
