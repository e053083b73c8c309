internal import RPCCore

/// How a handler ended, as its caller and the server's log hear it.
enum HandlerOutcome: Sendable {
    /// What it leaves to be sent.
    case reply(RPCRouter.Reply)
    /// What the caller is told; beside it the words of an unexpected error, for the log alone.
    case failed(RPCError, internalError: String?)

    /// Runs the handler of a call, with what stands around it.
    ///
    /// - Parameter incoming: the call; afterwards the one whose outcome it is, as calls of the same
    ///   method may have followed it.
    @inline(__always)
    nonisolated(nonsending) static func of(
        _ incoming: inout RPCRouter.Incoming, _ configuration: ServerConfiguration
    ) async -> HandlerOutcome {
        do {
            return .reply(try await incoming.route.run(&incoming))
        } catch let error as RPCError {
            return .failed(incoming.isBare ? error.handled : error, internalError: nil)
        } catch is CancellationError where incoming.context.isDraining {
            // An endless stream that ended for the drain: its caller goes on elsewhere, or here
            // again in a moment.
            return .failed(
                RPCError(
                    .unavailable, "the server drains; go on where you were",
                    reason: ErrorReason.draining, retryAfter: .milliseconds(200)),
                internalError: nil)
        } catch is CancellationError {
            return .failed(.gaveUp, internalError: nil)
        } catch {
            if let known = configuration.translate(error) {
                return .failed(known, internalError: "\(error)")
            }
            // What an unknown error says may name files, SQL or addresses: it stays here.
            return .failed(
                RPCError(
                    .unknown, "the service failed; its log says why",
                    reason: ErrorReason.handlerFailed),
                internalError: "\(error)")
        }
    }

    /// An error of the handler itself, for what stands around it.
    static func handled(_ error: any Error) -> any Error {
        (error as? RPCError)?.handled ?? error
    }
}

extension RPCError {
    /// The error as a handler's own. One that it got from a service behind it may say that no
    /// handler saw the call, which is true there and not here: the caller must not try again.
    fileprivate var handled: RPCError {
        guard self.isUnprocessed else { return self }
        var own = self
        own.isUnprocessed = false
        return own
    }
}
