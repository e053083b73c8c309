import Testing

@testable import Ingest

@Suite struct JobMachineTests {
    typealias Event = JobMachine.Event

    static let states: [JobState] =
        [.queued, .completed, .failed, .cancelled] + JobState.Phase.allCases.map { .running($0) }

    private func after(_ events: [Event], from state: JobState = .queued) -> JobMachine {
        var machine = JobMachine(state: state)
        for event in events { _ = machine.receive(event) }
        return machine
    }

    @Test func `a job goes through its phases to its end`() {
        var machine = JobMachine(state: .queued)
        var seen: [JobState] = []
        let events: [Event] = [
            .claimed, .planned, .dayFinished(change: 5), .fetched(published: 4),
            .watermarks(applied: 5, published: 4), .watermarks(applied: 5, published: 5),
        ]
        for event in events {
            let moved = machine.receive(event)
            #expect(moved)
            seen.append(machine.state)
        }
        #expect(
            seen == [
                .running(.planning), .running(.fetching), .running(.fetching),
                .running(.scoring), .running(.publishing), .completed,
            ])
    }

    @Test func `each claim raises the fence`() {
        #expect(after([.claimed, .released, .claimed, .claimed]).attempt == 3)
    }

    @Test func `a job whose days did not change completes at once`() {
        #expect(after([.claimed, .planned, .fetched(published: 0)]).state == .completed)
    }

    @Test func `a job whose changes are published already completes at once`() {
        let machine = after([
            .claimed, .planned, .dayFinished(change: 8), .fetched(published: 8),
        ])
        #expect(machine.state == .completed)
    }

    @Test(arguments: [(applied: 7, published: 0), (applied: 7, published: 7)])
    func `a watermark below the last change moves nothing`(
        marks: (applied: Int64, published: Int64)
    ) {
        var machine = JobMachine(state: .running(.scoring), lastChange: 8)
        let event = Event.watermarks(applied: marks.applied, published: marks.published)
        let moved = machine.receive(event)
        #expect(!moved)
    }

    @Test func `what can pass is tried again after 10, 60 and 300 seconds, then fails`() {
        var machine = JobMachine(state: .queued)
        var waits: [Int] = []
        while machine.state == .queued {
            _ = machine.receive(.claimed)
            _ = machine.receive(.failed(canPass: true))
            if machine.state == .queued { waits.append(machine.runAfter) }
        }
        #expect(waits == [10, 60, 300])
        #expect(machine.state == .failed)
    }

    @Test func `a finished day gives all tries back`() {
        var machine = after([.claimed, .failed(canPass: true), .claimed, .planned])
        #expect(machine.failures == 1)
        _ = machine.receive(.dayFinished(change: nil))
        #expect(machine.failures == 0)
    }

    @Test func `what cannot pass fails at the first time`() {
        #expect(after([.claimed, .failed(canPass: false)]).state == .failed)
    }

    @Test(arguments: JobMachineTests.states)
    func `FLT-21 cancel ends every state that has not ended, and no other`(state: JobState) {
        var machine = JobMachine(state: state)
        let ended: [JobState] = [.completed, .failed, .cancelled]
        let moved = machine.receive(.cancelled)
        #expect(moved == !ended.contains(state))
        #expect(machine.state == (ended.contains(state) ? state : .cancelled))
    }

    @Test(arguments: JobMachineTests.states)
    func `retry queues what failed or was cancelled, and nothing else`(state: JobState) {
        var machine = JobMachine(state: state, attempt: 4, failures: 3)
        let can = state == .failed || state == .cancelled
        let moved = machine.receive(.retried)
        #expect(moved == can)
        #expect(machine.state == (can ? .queued : state))
        #expect(machine.attempt == 4)
    }

    @Test(arguments: JobMachineTests.states)
    func `a worker's events touch only what it can hold`(state: JobState) {
        let isLeased = state == .running(.planning) || state == .running(.fetching)
        for event in [Event.failed(canPass: true), .released] {
            var machine = JobMachine(state: state)
            let moved = machine.receive(event)
            #expect(moved == isLeased)
        }
        var machine = JobMachine(state: state)
        let moved = machine.receive(.dayFinished(change: 1))
        #expect(moved == (state == .running(.fetching)))
    }

    @Test(arguments: JobMachineTests.states)
    func `a state is read back from its two words`(state: JobState) {
        #expect(JobState(status: state.status, phase: state.phase) == state)
    }

    @Test(
        arguments: [
            ("running", nil), ("queued", "planning"), ("running", "sleeping"), ("lost", nil),
        ] as [(String, String?)])
    func `words that name no state are refused`(words: (String, String?)) {
        #expect(JobState(status: words.0, phase: words.1) == nil)
    }
}
