// Made by proto/generate.sh from tally/logs/v1/logs.proto; not to be edited.

public import RPCCore

/// The methods of `tally.logs.v1.Logs`.
public enum LogsMethods {
    /// `Logs/Tail`.
    public static let tail = MethodDescriptor(
        path: "/tally.logs.v1.Logs/Tail", kind: .serverStreaming,
        idempotency: .noSideEffects,
        requestType: "tally.logs.v1.TailRequest",
        responseType: "tally.logs.v1.TailBatch")
    /// All of them, in the order of the .proto file.
    public static let all = [tail]
}
