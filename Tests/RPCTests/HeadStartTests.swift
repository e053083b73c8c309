import Testing

@testable import RPC

/// When output leaves before the turn of the loop ends.
@Suite struct HeadStartTests {
    @Test(arguments: [HeadStart.ofRequests, .ofReplies])
    func `many small calls are written before the turn ends`(start: HeadStart) {
        var start = start
        for round in 1...3 {
            for call in 1..<start.calls {
                #expect(start.isDue(queued: 0) == false, "call \(call) of round \(round)")
            }
            #expect(start.isDue(queued: 0) == true)
            // Until somebody writes, however long that takes.
            let notDue = (0..<70_000).count { _ in !start.isDue(queued: 0) }
            #expect(notDue == 0)
            start.written()
        }
    }

    @Test(arguments: [(-1, false), (0, true), (1, true)])
    func `few large calls are written before the turn ends`(beyond: Int, isDue: Bool) {
        var start = HeadStart(calls: 24)
        #expect(start.isDue(queued: HeadStart.bytes + beyond) == isDue)
    }
}
