import Foundation

/// A thread for a peer that blocks.
enum RawThread {
    static func start(_ body: @escaping @Sendable () -> Void) {
        Thread.detachNewThread(body)
    }
}
