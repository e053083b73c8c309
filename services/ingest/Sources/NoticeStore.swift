import Postgres
import ServiceHost

/// Hears what other connections announce, and passes it on inside the process.
struct NoticeStore: Sendable {
    /// Everybody who waits looks again after this time, should a notice have been lost.
    private static let poll: Duration = .seconds(2)

    let database: PostgresConfiguration
    let notices: NoticeHub
    let news: Wakeup
    let orders: AsyncStream<String>.Continuation

    /// Listens until its task is cancelled.
    func run() async {
        let listener = PostgresListener(
            database,
            channels: [IngestStore.jobChannel, IngestStore.orderChannel, FeedStore.channel]
        ) { channel, text in
            switch channel {
            case IngestStore.jobChannel: notices.tell(text)
            case IngestStore.orderChannel: orders.yield(text)
            case _: news.signal()
            }
        }
        while !Task.isCancelled {
            notices.tellAll()
            do { try await Task.sleep(for: Self.poll) } catch { break }
        }
        listener.close()
        orders.finish()
        // Those who wait see that the service stops.
        notices.tellAll()
    }
}
