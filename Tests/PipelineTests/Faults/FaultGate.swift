import Synchronization
import TestKit

/// Decides which exchanges with the database go wrong: by the seed, the step and the exchange's
/// place in it, never by time. Writes down what it saw.
final class FaultGate: Sendable {
    /// What goes wrong in a step, and where.
    private struct Plan: Sendable {
        enum Place: Hashable, Sendable {
            /// The n-th exchange of the step.
            case exchange(Int)
            /// The n-th commit of the step: where it hurts most.
            case commit(Int)
        }
        var faults: [Place: PostgresProxy.Fault] = [:]
        /// After a cut nobody gets a connection before the step is over.
        var staysAway = false
    }

    private struct State {
        var plan = Plan()
        var step = 0
        var exchanges = 0
        var commits = 0
        var isAway = false
        var trace: [String] = []
        var faults = 0
    }

    private let seed: UInt64
    private let state = Mutex(State())

    /// SQLSTATEs that Postgres answers when it can do nothing for it: serialization failure,
    /// deadlock, statement timeout, disk full, read-only, too many connections.
    private static let refusals = ["40001", "40P01", "57014", "53100", "25006", "53300"]

    init(seed: UInt64) { self.seed = seed }

    /// A step begins; without faults the database does what it is told.
    func begin(step: Int, withFaults isSpoiled: Bool) {
        let plan = isSpoiled ? Self.plan(seed: self.seed, step: step) : Plan()
        self.state.withLock { state in
            state.plan = plan
            state.step = step
            (state.exchanges, state.commits, state.isAway) = (0, 0, false)
        }
    }

    private static func plan(seed: UInt64, step: Int) -> Plan {
        var chance = Chance(seed: seed ^ (UInt64(step) &* 0xD6E8_FEB8_6659_FD93))
        var plan = Plan()
        guard chance.happens(60) else { return plan }
        for _ in 0..<chance.number(1...2) {
            let place: Plan.Place =
                switch chance.number(0...9) {
                case 0..<4: .commit(chance.number(0...2))
                case 4..<8: .exchange(chance.number(0...9))
                case _: .exchange(chance.number(0...60))
                }
            let fault: PostgresProxy.Fault =
                switch chance.number(0...9) {
                case 0..<3: .cutBefore
                case 3..<6: .cutAfter
                case _: .refuse(self.refusals[chance.number(0...self.refusals.count - 1)])
                }
            plan.faults[place] = fault
        }
        plan.staysAway = chance.happens(30)
        return plan
    }

    /// What happens to an exchange of a service.
    func decide(_ service: String, _ exchange: PostgresProxy.Exchange) -> PostgresProxy.Fault? {
        self.state.withLock { state in
            let fault = Self.fault(of: exchange, &state)
            let words: String
            switch exchange {
            case .connect: words = "connect"
            case .statement(let sql):
                words = String(sql.prefix { $0 != "\n" }.prefix(60))
            }
            let outcome = fault.map { " → \($0)" } ?? ""
            if fault != nil { state.faults += 1 }
            state.trace.append("\(state.step).\(state.exchanges) \(service): \(words)\(outcome)")
            state.exchanges += 1
            return fault
        }
    }

    private static func fault(
        of exchange: PostgresProxy.Exchange, _ state: inout State
    ) -> PostgresProxy.Fault? {
        if exchange == .connect, state.isAway { return .refuse("57P03") }
        var fault = state.plan.faults[.exchange(state.exchanges)]
        if exchange == .statement("commit") {
            fault = fault ?? state.plan.faults[.commit(state.commits)]
            state.commits += 1
        }
        // A rollback is not refused; it can only be cut off.
        if case .refuse = fault, exchange == .statement("rollback") { return nil }
        if fault == .cutBefore || fault == .cutAfter { state.isAway = state.plan.staysAway }
        return fault
    }

    func note(_ words: String) {
        self.state.withLock { $0.trace.append("\($0.step) \(words)") }
    }

    /// Everything that was done, in order.
    var trace: [String] { self.state.withLock { $0.trace } }
    /// How much of it went wrong.
    var faults: Int { self.state.withLock { $0.faults } }
}
