import Foundation

/// A thread for a peer that blocks.
enum RawThread {
    static func start(_ body: @escaping @Sendable () -> Void) {
        Thread.detachNewThread(body)
    }
}

/// Makes a raw peer as slow as its script says; only on a thread of its own.
func pause(milliseconds: Int32) { _ = poll(nil, 0, milliseconds) }
