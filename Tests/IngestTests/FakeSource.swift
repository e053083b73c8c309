import ServiceKit
import Synchronization
import TallyAPI

@testable import Ingest

/// A source whose every answer the test decides.
final class FakeSource: Source {
    let name: String
    let isDemonstration = false
    let kind: SourceKind
    let scanShape: ScanShape

    private struct State {
        var repositories: [FoundRepository] = []
        var days: [Int64: [Int32: RepositoryDay]] = [:]
        var scans: [[ScanTarget]] = []
        var failures: [JobFailure] = []
        var offer: SourceOffer? = SourceOffer()
        var held: [CheckedContinuation<Void, Never>] = []
        var holdAt: Int32?
        var ended = 0
    }

    private let state = Mutex(State())
    /// Yields a day's number when a scan stands before it, held.
    let holds = AsyncStream.makeStream(of: Int32.self)

    init(
        name: String = "archive", kind: SourceKind = .folder, gathering: Duration = .zero
    ) {
        self.name = name
        self.kind = kind
        scanShape = ScanShape(gathering: gathering)
    }

    /// What the next offers say; nil = nobody answers.
    func price(_ offer: SourceOffer?) { state.withLock { $0.offer = offer } }

    func offer(for target: ScanTarget) async throws -> SourceOffer {
        guard let offer = state.withLock({ $0.offer }) else {
            throw JobFailure(code: "away", message: "nobody answers", canPass: true)
        }
        return offer
    }

    /// What was asked, scan by scan.
    var scans: [[ScanTarget]] { state.withLock { $0.scans } }
    /// Scans that ended, well or not.
    var ended: Int { state.withLock { $0.ended } }

    func put(_ repository: FoundRepository) {
        state.withLock { $0.repositories.append(repository) }
    }

    func put(_ day: Int32, _ content: RepositoryDay) {
        state.withLock { $0.days[content.repositoryId, default: [:]][day] = content }
    }

    /// The next scans fail with these, one each.
    func fail(_ failures: JobFailure...) { state.withLock { $0.failures += failures } }

    /// Scans stop before this day until they are let go or cancelled.
    func hold(at day: Int32?) { state.withLock { $0.holdAt = day } }

    func letGo() {
        let held = state.withLock { state in
            defer { state.held = [] }
            state.holdAt = nil
            return state.held
        }
        for continuation in held { continuation.resume() }
    }

    func find(
        name: String, since: CivilDay, until: CivilDay
    ) async throws -> FoundRepository? {
        state.withLock { state in
            state.repositories.first { $0.name.lowercased() == name.lowercased() }
        }
    }

    func scan(
        _ targets: [ScanTarget], progress: @escaping @Sendable (ScanProgress) -> Void,
        deliver: @escaping @Sendable (ScannedDay) async throws -> Void
    ) async throws {
        let failure = state.withLock { state in
            state.scans.append(targets)
            return state.failures.isEmpty ? nil : state.failures.removeFirst()
        }
        defer { state.withLock { $0.ended += 1 } }
        if let failure { throw failure }
        let days = Set(targets.flatMap(\.days)).sorted()
        for (index, day) in days.enumerated() {
            await wait(at: day.rawValue)
            try Task.checkCancellation()
            progress(
                ScanProgress(
                    hoursTotal: days.count * 24, hoursDone: (index + 1) * 24,
                    bytes: UInt64(index + 1) * 1000))
            try await deliver(scanned(day, for: targets))
        }
    }

    private func wait(at day: Int32) async {
        guard state.withLock({ $0.holdAt == day }) else { return }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isFree = state.withLock { state in
                    guard state.holdAt == day, !Task.isCancelled else { return true }
                    state.held.append(continuation)
                    return false
                }
                if isFree { continuation.resume() } else { holds.continuation.yield(day) }
            }
        } onCancel: {
            letGo()
        }
    }

    private func scanned(_ day: CivilDay, for targets: [ScanTarget]) -> ScannedDay {
        let found = state.withLock { state in
            targets.compactMap { state.days[$0.repositoryId]?[day.rawValue] }
        }
        return ScannedDay(day: day, repositories: found)
    }
}
