private import Synchronization

/// Listens on channels of the database with a connection of its own, and reconnects.
///
/// Notifications are hints: those sent while the connection was away are lost, so `onNotice` is
/// also called, with an empty payload, after each connect.
public final class PostgresListener: Sendable {
    private let isClosed = Mutex(false)

    /// How long the thread waits before it looks whether it is to end.
    private static let turn = Duration.milliseconds(250)
    /// Pause after a failed connection.
    private static let pause = Duration.seconds(1)

    /// Starts a thread that listens.
    ///
    /// - Parameter onNotice: channel and payload; called on the thread, must not wait.
    public init(
        _ configuration: PostgresConfiguration, channels: [String],
        onNotice: @escaping @Sendable (String, String) -> Void
    ) {
        let isUp = startPoolThread(name: "listen") { [weak self] in
            while self?.isClosed.withLock({ $0 }) == false {
                do {
                    let connection = try PostgresConnection(configuration)
                    for channel in channels { try connection.execute("listen \"\(channel)\"") }
                    for channel in channels { onNotice(channel, "") }
                    while self?.isClosed.withLock({ $0 }) == false {
                        for (channel, text) in try connection.notifications(within: Self.turn) {
                            onNotice(channel, text)
                        }
                    }
                } catch {
                    // Readers poll as well: an absent listener only makes them slower.
                    _ = Descriptor.waitReadable(-1, Self.pause)
                }
            }
        }
        precondition(isUp, "no thread to listen")
    }

    deinit { self.close() }

    /// Ends the thread within a quarter of a second.
    public func close() { self.isClosed.withLock { $0 = true } }
}
