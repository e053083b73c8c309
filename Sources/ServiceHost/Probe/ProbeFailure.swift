internal import Crypto
internal import RPCCore
internal import ServiceKit

/// A failure as one JSON object on standard error (rpc.md section 5).
struct ProbeFailure {
    private let error: RPCError
    private let peer: String
    private let elapsed: Int64

    init(_ error: RPCError, peer: String, elapsed: Int64) {
        self.error = error
        self.peer = peer
        self.elapsed = elapsed
    }

    /// Something failed before anybody was called.
    init(_ error: RPCError) { self.init(error, peer: "", elapsed: 0) }

    /// The command line does not fit: nobody was called.
    init(_ usage: UsageError) {
        self.init(RPCError(.invalidArgument, usage.message, reason: "USAGE"))
    }

    /// Standard output does not take what belongs there.
    static func output(_ cause: String) -> RPCError {
        RPCError(.unknown, "standard output takes no more: \(cause)", reason: "OUTPUT")
    }

    var json: String {
        var writer = JSONWriter()
        writer.object { object in
            object.member("code", self.error.code.name)
            object.member("number", self.error.code.rawValue)
            object.member("message", self.error.message)
            object.member("reason", self.error.reason)
            object.member("details") { list in self.addDetails(to: &list) }
            object.member("peer", self.peer)
            object.member("elapsed_ms", self.elapsed)
        }
        return writer.text
    }

    private func addDetails(to list: inout JSONWriter) {
        if !self.error.facts.isEmpty {
            list.object { info in
                info.member("type", "tally.rpc.ErrorInfo")
                info.object("metadata") { facts in
                    for (key, value) in self.error.facts.sorted(by: { $0.key < $1.key }) {
                        facts.member(key, value)
                    }
                }
            }
        }
        for detail in self.error.details {
            list.object { other in
                other.member("type", detail.typeURL)
                other.member("hex", Text.hex(detail.value))
            }
        }
    }
}
