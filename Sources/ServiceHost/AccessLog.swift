internal import Crypto
internal import RPC
internal import RPCCore
internal import ServiceKit

/// One line a call: who called what, how it ended, how long it took, in which trace. Calls that
/// went well, or that their callers gave up, are of use to developers alone.
struct AccessLog: EndInterceptor {
    let logger: Logger

    func ended(_ call: FinishedCall) {
        let isOrdinary = call.code == .ok || call.code == .cancelled
        let level = isOrdinary ? LogLevel.debug : .info
        guard self.logger.writes(level) else { return }
        let (seconds, attoseconds) = call.duration.components
        var facts = [
            "method": call.method, "peer": call.peer, "code": call.code.name,
            "duration_us": "\(seconds * 1_000_000 + attoseconds / 1_000_000_000_000)",
            "trace": call.trace.id,
        ]
        facts["identity"] = call.identity?.description
        if level == .debug {
            self.logger.debug("call", facts)
        } else {
            self.logger.info("call", facts)
        }
    }
}
