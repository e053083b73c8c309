import ServiceKit
import Synchronization

/// How far a scan is: written by the source's thread, read by the worker.
final class ScanMeter: Sendable {
    private let progress = Mutex(ScanProgress())
    private let told = Mutex(ScanProgress())

    /// The newest figure.
    var current: ScanProgress { progress.withLock { $0 } }

    func report(_ newest: ScanProgress) {
        progress.withLock { $0 = newest }
    }

    /// The end of a wait that was not told of before.
    func newWait(_ figure: ScanProgress) -> Timestamp? {
        told.withLock { $0.waitsUntil == figure.waitsUntil ? nil : figure.waitsUntil }
    }

    /// Whether it was not told before; then it counts as told.
    func isNews(_ figure: ScanProgress) -> Bool {
        told.withLock { last in
            defer { last = figure }
            return last != figure
        }
    }
}
