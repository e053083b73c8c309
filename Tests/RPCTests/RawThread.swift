import Foundation

/// A thread for a peer that blocks.
enum RawThread {
    static func start(_ body: @escaping @Sendable () -> Void) {
        Thread.detachNewThread(body)
    }
}

/// Lets a raw peer be slow; only on a thread of its own.
func pause(milliseconds: UInt32) { usleep(milliseconds * 1000) }
