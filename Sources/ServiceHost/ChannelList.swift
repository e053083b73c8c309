internal import RPC
private import Synchronization

/// The channels of a program, for operators.
final class ChannelList: Sendable {
    private let channels = Mutex<[(name: String, channel: RPCChannel)]>([])

    /// Adds a channel under the name of the service that it goes to.
    func add(_ name: String, _ channel: RPCChannel) {
        self.channels.withLock { $0.append((name, channel)) }
    }

    func snapshot() async -> [(name: String, channel: ChannelSnapshot)] {
        var all: [(name: String, channel: ChannelSnapshot)] = []
        for (name, channel) in self.channels.withLock({ $0 }) {
            all.append((name, await channel.snapshot()))
        }
        return all
    }
}
