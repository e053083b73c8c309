internal import RPC
internal import RPCCore
internal import ServiceKit
private import Synchronization

/// `probe bench`: load on one unary method, measured as its callers feel it.
///
/// With `--rps` the loop is open: calls begin when they are due, however slow the answers are, and
/// latency counts from the moment a call was due. Without it each of `-c` callers asks again as
/// soon as it was answered. When the time of `-z` is over nothing more begins: calls that were due
/// and had no caller are counted, not made up for.
enum ProbeBench {
    static let verb = ProbeVerb(
        "bench",
        "METHOD [-d JSON] [-c 16] [-n 10000 | -z 10s] [--rps N] [--connections 1] [--warmup 0s] "
            + "[-O summary|json|csv] [--max-p99 20ms] [--max-errors 0.1%] load on a unary method",
        words: 1,
        options: [
            "-c", "-d", "-n", "-z", "-O", "--rps", "--connections", "--warmup", "--max-p99",
            "--max-errors",
        ]
    ) { try await Self.run($0) }.exiting { _ in 1 }

    /// How the result is written.
    enum Output: String, CaseIterable {
        case summary
        case json
        case csv
    }

    /// What was asked for.
    struct Plan {
        var callers = 16
        var connections = 1
        var output = Output.summary
        var schedule = LoadSchedule()
        var p99: Duration?
        var errors: Double?
    }

    /// What was measured.
    struct Result: Sendable {
        var latencies = LatencyHistogram()
        var codes: [String: Int] = [:]
        var elapsed = Duration.zero
        /// Calls that were due in time and for which no caller was free until the time was over.
        var notBegun = 0

        var failures: Int { self.codes.filter { $0.key != StatusCode.ok.name }.values.reduce(0, +) }
    }

    /// Exit code when a threshold was missed.
    private static let thresholdMissed: Int32 = 3

    private static func plan(_ context: ProbeContext) throws -> Plan {
        let arguments = context.arguments
        var plan = Plan()
        plan.callers = try arguments.integer("-c", default: 16, in: 1...10_000)
        plan.connections = try arguments.integer("--connections", default: 1, in: 1...1000)
        let name = arguments.value("-O") ?? (context.json ? "json" : "summary")
        guard let output = Output(rawValue: name) else {
            throw UsageError("-O wants summary, json or csv, not \(name)")
        }
        plan.output = output
        if arguments.value("-n") != nil {
            plan.schedule.calls = try arguments.integer("-n", default: 1, in: 1...1_000_000_000)
        }
        if arguments.value("-z") != nil {
            plan.schedule.length = try arguments.duration("-z", default: .zero)
        }
        if plan.schedule.calls == nil && plan.schedule.length == nil {
            plan.schedule.calls = 10_000
        }
        if arguments.value("--rps") != nil {
            plan.schedule.rate = try arguments.integer("--rps", default: 1, in: 1...1_000_000)
        }
        plan.schedule.warmup = try arguments.duration("--warmup", default: .zero)
        if arguments.value("--max-p99") != nil {
            plan.p99 = try arguments.duration("--max-p99", default: .zero)
        }
        if let text = arguments.value("--max-errors") {
            guard text.hasSuffix("%"), let percent = Double(text.dropLast()), percent >= 0 else {
                throw UsageError("--max-errors is a percentage such as 0.1%")
            }
            plan.errors = percent / 100
        }
        return plan
    }

    private static func run(_ context: ProbeContext) async throws -> Int32 {
        let method = try ProbeCall.method(context)
        guard method.kind == .unary else { throw UsageError("bench takes unary methods") }
        let plan = try self.plan(context)
        guard let request = try ProbeCall.requests(context, method).first else { return 1 }
        var channels = [context.channel]
        while channels.count < plan.connections { channels.append(try context.anotherChannel()) }
        // Connecting is no part of the measurement.
        for channel in channels { _ = try await channel.serverHello(options: context.options) }
        let result = await self.load(plan) { [channels] caller in
            do throws(RPCError) {
                let _: ProbeCall.Raw = try await channels[caller % channels.count].unary(
                    method, request, options: context.options)
                return .ok
            } catch { return error.code }
        }
        let missed = self.missed(plan, result)
        if result.latencies.count == 0 && missed.isEmpty && !Task.isCancelled {
            let words = self.nothingMeasured(plan)
            context.report(
                RPCError(.failedPrecondition, words, reason: "NOTHING_MEASURED"), words: words)
            return 1
        }
        self.report(context, plan, result, missed)
        guard missed.isEmpty else { return self.thresholdMissed }
        return result.failures == result.latencies.count ? 1 : 0
    }

    /// Why there is no number to show, and what helps.
    static func nothingMeasured(_ plan: Plan) -> String {
        guard plan.schedule.warmup > .zero else {
            return "no call was due in the time that was given; a longer -z or more --rps helps"
        }
        let warmup = "the warm-up of \(plan.schedule.warmup)"
        return plan.schedule.length == nil
            ? "no call came after \(warmup): all had been made by then; a shorter --warmup, a "
                + "larger -n, or a time -z in its place helps"
            : "no call came after \(warmup); a longer -z, a larger -n or a shorter --warmup helps"
    }

    /// Gives out the calls.
    private final class Turns: Sendable {
        private let schedule: LoadSchedule
        private let start: ContinuousClock.Instant
        private let given = Mutex(0)

        init(_ schedule: LoadSchedule, start: ContinuousClock.Instant) {
            self.schedule = schedule
            self.start = start
        }

        /// When the next call is due; nil when no more begin.
        func next() -> ContinuousClock.Instant? {
            let number = self.given.withLock { given in
                defer { given += 1 }
                return given
            }
            let due = self.schedule.due(number, now: ContinuousClock.now - self.start)
            return due.map { self.start + $0 }
        }
    }

    /// Makes the calls of a plan.
    ///
    /// - Parameter call: makes one, and tells how it ended.
    static func load(
        _ plan: Plan, _ call: @escaping @Sendable (_ caller: Int) async -> StatusCode
    ) async -> Result {
        let start = ContinuousClock.now
        let turns = Turns(plan.schedule, start: start)
        let shared = SharedResult()
        await withTaskGroup(of: Void.self) { tasks in
            for caller in 0..<plan.callers {
                tasks.addTask {
                    while let due = turns.next(), !Task.isCancelled {
                        let now = ContinuousClock.now
                        if due > now { try? await Task.sleep(for: due - now) }
                        let code = await call(caller)
                        let end = ContinuousClock.now
                        // Who interrupts the load cuts calls that had not failed.
                        if code == .cancelled && Task.isCancelled { return }
                        guard due - start >= plan.schedule.warmup else { continue }
                        shared.add(end - due, code)
                    }
                }
            }
        }
        var final = shared.value
        final.elapsed = ContinuousClock.now - start - plan.schedule.warmup
        // After an interruption nobody knows which of them would have begun.
        guard !Task.isCancelled else { return final }
        if let due = plan.schedule.dueInAll { final.notBegun = max(0, due - final.latencies.count) }
        return final
    }

    private final class SharedResult: Sendable {
        private let result = Mutex(Result())

        var value: Result { self.result.withLock { $0 } }

        func add(_ latency: Duration, _ code: StatusCode) {
            let (seconds, attoseconds) = latency.components
            let microseconds = max(0, seconds * 1_000_000 + attoseconds / 1_000_000_000_000)
            self.result.withLock { result in
                result.latencies.add(UInt64(microseconds))
                result.codes[code.name, default: 0] += 1
            }
        }
    }

    // MARK: The report

    private static let shares = [
        ("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p99.9", 0.999), ("p99.99", 0.9999),
    ]

    private static func report(
        _ context: ProbeContext, _ plan: Plan, _ result: Result, _ missed: [String]
    ) {
        let seconds = max(result.elapsed / .seconds(1), 1e-9)
        let rate = Int(Double(result.latencies.count) / seconds)
        switch plan.output {
        case .json:
            return context.output(self.json(result, missed, rate: rate, seconds: seconds))
        case .csv: context.output(self.csv(result))
        case .summary: self.summarize(context, result, rate: rate)
        }
        // The other forms have no place for it.
        let words = missed.joined(separator: "; ")
        guard !missed.isEmpty else { return }
        context.report(
            RPCError(.failedPrecondition, words, reason: "THRESHOLD_MISSED"),
            words: "missed: \(words)")
    }

    /// A row for each bucket of the histogram that holds calls.
    private static func csv(_ result: Result) -> String {
        let rows = result.latencies.doublings.map { "\($0.from),\($0.to),\($0.calls)" }
        return (["from_us,to_us,calls"] + rows).joined(separator: "\n")
    }

    private static func summarize(_ context: ProbeContext, _ result: Result, rate: Int) {
        var rows = [
            ["calls", "\(result.latencies.count)"], ["calls_per_second", "\(rate)"],
            ["average_us", "\(result.latencies.average)"],
        ]
        if result.notBegun > 0 { rows.insert(["not_begun", "\(result.notBegun)"], at: 1) }
        rows += self.shares.map { ["\($0.0)_us", "\(result.latencies.percentile($0.1))"] }
        rows.append(["max_us", "\(result.latencies.largest)"])
        rows += result.codes.sorted { $0.key < $1.key }.map { [$0.key, "\($0.value)"] }
        context.table(["what", "value"], rows)
        let most = result.latencies.doublings.map(\.calls).max() ?? 1
        for row in result.latencies.doublings {
            let bar = String(repeating: "▇", count: max(1, row.calls * 40 / most))
            context.say("\(row.from)–\(row.to) µs  \(bar) \(row.calls)")
        }
    }

    private static func json(
        _ result: Result, _ missed: [String], rate: Int, seconds: Double
    ) -> String {
        var writer = JSONWriter()
        writer.object { object in
            object.member("calls", Int64(result.latencies.count))
            object.member("not_begun", Int64(result.notBegun))
            object.member("calls_per_second", Int64(rate))
            object.member("elapsed_ms", Int64(seconds * 1000))
            object.object("latency_us") { latency in
                latency.member("average", result.latencies.average)
                for (name, share) in self.shares {
                    latency.member(name, result.latencies.percentile(share))
                }
                latency.member("max", result.latencies.largest)
            }
            object.object("codes") { codes in
                for (name, count) in result.codes.sorted(by: { $0.key < $1.key }) {
                    codes.member(name, Int64(count))
                }
            }
            object.member("missed", list: { list in for text in missed { list.value(text) } })
        }
        return writer.text
    }

    /// The thresholds that were missed, each in words.
    static func missed(_ plan: Plan, _ result: Result) -> [String] {
        var missed: [String] = []
        let p99 = Int64(clamping: result.latencies.percentile(0.99))
        if let limit = plan.p99, Duration.microseconds(p99) > limit {
            missed.append("p99 is \(p99) µs, wanted \(Int64(limit / .microseconds(1))) µs")
        }
        // Nobody knows how long those would have taken that never began: no percentile below their
        // share of the calls can be told.
        let due = result.latencies.count + result.notBegun
        if plan.p99 != nil, result.notBegun * 100 > due {
            missed.append("\(result.notBegun) of \(due) calls never began in time")
        }
        let share = Double(result.failures) / Double(max(1, result.latencies.count))
        if let limit = plan.errors, share > limit {
            missed.append("\(result.failures) calls failed")
        }
        return missed
    }
}
