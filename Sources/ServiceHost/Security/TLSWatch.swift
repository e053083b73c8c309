internal import Crypto
internal import ServiceKit
private import Synchronization

/// Takes certificates that changed on disk, without a restart: looks every few seconds, and when
/// it is told to.
final class TLSWatch: Sendable {
    /// How often the files are looked at.
    static let interval = Duration.seconds(2)

    private let files: TLSFiles
    private let live: LiveCredentials
    private let clock: WallClock
    private let logger: Logger
    private let metrics: MetricsRegistry
    private let seen: Mutex<[String]>
    /// When the certificate in use ends, until somebody was warned of it.
    private let ending = Mutex<Int64?>(nil)

    /// How long before its end a certificate is warned of, in seconds: a day.
    static let warning: Int64 = 86_400

    init(
        _ files: TLSFiles, _ live: LiveCredentials, clock: WallClock, logger: Logger,
        metrics: MetricsRegistry
    ) {
        self.files = files
        self.live = live
        self.clock = clock
        self.logger = logger
        self.metrics = metrics
        self.seen = Mutex(files.stamp)
        self.show(files.load(at: clock.now()).credentials)
    }

    /// Looks until the task is cancelled.
    func run() async {
        while !Task.isCancelled {
            _ = try? await Task.sleep(for: Self.interval)
            self.look()
        }
    }

    /// Takes the files when one changed since the last look.
    func look() {
        let stamp = self.files.stamp
        let isNew = self.seen.withLock { seen in
            defer { seen = stamp }
            return seen != stamp
        }
        if isNew { self.reload() }
        self.warn()
    }

    /// Says once that the certificate in use ends soon.
    private func warn() {
        let now = self.clock.now().rawValue / 1_000_000
        let left = self.ending.withLock { ending -> Int64? in
            guard let end = ending, end - now <= Self.warning else { return nil }
            ending = nil
            return end - now
        }
        guard let left else { return }
        self.logger.warning("the certificate ends soon", ["seconds": "\(left)"])
    }

    /// Takes the files. When they cannot be used, what was in use stays: half of a new pair may
    /// have been written.
    func reload() {
        let (credentials, faults) = self.files.load(at: self.clock.now())
        guard faults.isEmpty else {
            let reasons = faults.joined(separator: "; ")
            return self.logger.warning("the new certificates are not used", ["reason": reasons])
        }
        do throws(TLSError) {
            try self.live.replace(by: credentials)
            self.show(credentials)
            self.logger.info("certificates taken")
        } catch {
            self.logger.warning("the new certificates are not used", ["reason": error.message])
        }
    }

    private func show(_ credentials: TLSCredentials) {
        guard let expiry = credentials.expiry else { return }
        self.ending.withLock { $0 = expiry }
        self.metrics.set(
            "rpc_tls_certificate_expiry_seconds",
            help: "When this service's certificate ends, in seconds since 1970.",
            to: Double(expiry))
    }
}
