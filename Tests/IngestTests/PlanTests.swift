import ServiceKit
import Testing

@testable import Ingest

@Suite struct DayPlanTests {
    private func covered(
        _ day: Int32, by job: String = "other", whole: Bool = true, print: [UInt8]? = [1]
    ) -> DayPlan.Covered {
        DayPlan.Covered(
            day: CivilDay(rawValue: day), jobId: job, source: "archive", isWhole: whole,
            fingerprint: print)
    }

    private func plan(
        _ known: [DayPlan.Covered], force: Bool = false, prints: [Int32: [UInt8]] = [11: [1]]
    ) -> [Int32] {
        DayPlan.days(
            since: CivilDay(rawValue: 10), until: CivilDay(rawValue: 12), jobId: "mine",
            source: "archive", force: force, covered: known,
            fingerprints: Dictionary(
                prints.map { (CivilDay(rawValue: $0.key), $0.value) }, uniquingKeysWith: { $1 })
        ).map(\.rawValue)
    }

    @Test func `days that nobody read are read, in order`() {
        #expect(plan([]) == [10, 11, 12])
    }

    @Test func `a whole day that has not changed is left out`() {
        #expect(plan([covered(11)]) == [10, 12])
    }

    @Test func `a day with gaps is read again`() {
        #expect(plan([covered(11, whole: false)]) == [10, 11, 12])
    }

    @Test func `a whole day whose hours have changed is read again`() {
        #expect(plan([covered(11)], prints: [11: [2]]) == [10, 11, 12])
    }

    @Test func `a whole day of a source without fingerprints is left out`() {
        #expect(plan([covered(11, print: nil)], prints: [:]) == [10, 12])
    }

    @Test func `force reads what others covered`() {
        #expect(plan([covered(11)], force: true) == [10, 11, 12])
    }

    @Test func `what the job itself read is never read again`() {
        #expect(plan([covered(11, by: "mine", whole: false)], force: true) == [10, 12])
    }
}

@Suite struct ScanPlannerTests {
    private func job(
        _ id: String, _ days: ClosedRange<Int32>, served: UInt64 = 0
    ) -> ScanPlanner.Candidate {
        ScanPlanner.Candidate(
            jobId: id, pending: days.map(CivilDay.init(rawValue:)), lastServed: served)
    }

    @Test func `nobody waiting, nothing is read`() {
        #expect(ScanPlanner.next([]) == nil)
    }

    @Test func `a long range is cut, so that others get their turn`() throws {
        let scan = try #require(ScanPlanner.next([job("a", 0...999)]))
        #expect(scan.union.count == Int(ScanShape().daysAtOnce))
    }

    @Test func `whoever waited longest leads`() throws {
        let scan = try #require(
            ScanPlanner.next([job("a", 0...3, served: 2), job("b", 500...501, served: 1)]))
        #expect(scan.days.keys.sorted() == ["b"])
    }

    @Test func `SRC-11 jobs that lack the same days share a scan`() throws {
        let scan = try #require(ScanPlanner.next([job("a", 0...3), job("b", 2...5)]))
        #expect(
            scan.days.mapValues { $0.map(\.rawValue) } == ["a": [0, 1, 2, 3], "b": [2, 3, 4, 5]])
        #expect(scan.union.map(\.rawValue) == [0, 1, 2, 3, 4, 5])
    }

    @Test func `a job whose earlier days are missing waits, so that its days stay in order`() throws
    {
        let scan = try #require(
            ScanPlanner.next([job("a", 10...12), job("b", 0...11, served: 1)]))
        #expect(scan.days.keys.sorted() == ["a"])
    }
}
