// Made by proto/generate.sh from tally/admin/v1/admin.proto; not to be edited.

public import RPCCore

/// The methods of `tally.admin.v1.Admin`.
public enum AdminMethods {
    /// `Admin/Status`.
    public static let status = MethodDescriptor(
        path: "/tally.admin.v1.Admin/Status", kind: .unary,
        idempotency: .noSideEffects,
        requestType: "tally.admin.v1.StatusRequest",
        responseType: "tally.admin.v1.StatusResponse")
    /// `Admin/Vars`.
    public static let vars = MethodDescriptor(
        path: "/tally.admin.v1.Admin/Vars", kind: .unary,
        idempotency: .noSideEffects,
        requestType: "tally.admin.v1.VarsRequest",
        responseType: "tally.admin.v1.VarsResponse")
    /// `Admin/Rpcz`.
    public static let rpcz = MethodDescriptor(
        path: "/tally.admin.v1.Admin/Rpcz", kind: .unary,
        idempotency: .noSideEffects,
        requestType: "tally.admin.v1.RpczRequest",
        responseType: "tally.admin.v1.RpczResponse")
    /// `Admin/Connections`.
    public static let connections = MethodDescriptor(
        path: "/tally.admin.v1.Admin/Connections", kind: .unary,
        idempotency: .noSideEffects,
        requestType: "tally.admin.v1.ConnectionsRequest",
        responseType: "tally.admin.v1.ConnectionsResponse")
    /// `Admin/Drain`.
    public static let drain = MethodDescriptor(
        path: "/tally.admin.v1.Admin/Drain", kind: .unary,
        idempotency: .unknown,
        requestType: "tally.admin.v1.DrainRequest",
        responseType: "tally.admin.v1.DrainResponse")
    /// All of them, in the order of the .proto file.
    public static let all = [status, vars, rpcz, connections, drain]
}
