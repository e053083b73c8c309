public import RPCCore

/// Which handler answers which method.
public struct RPCRouter: Sendable {
    /// One call as its handler's wrapper sees it.
    struct Incoming: Sendable {
        let route: Route
        let request: [UInt8]
        let call: ServerCall

        var context: CallContext { CallContext(call: self.call) }

        /// What a streaming handler reads.
        func reader<Request: RPCMessage>() -> RPCReader<Request> {
            RPCReader(queue: self.call.requests ?? MessageQueue(), sink: self.call)
        }
    }

    /// What runs for a call. Stays where its caller is: each change of isolation costs a look at
    /// the task's executors, and there would be five a call.
    typealias Run = nonisolated(nonsending) @Sendable (Incoming) async throws -> [UInt8]?

    final class Route: Sendable {
        let descriptor: MethodDescriptor
        /// The single reply, or nil after a stream of them.
        let run: Run

        init(_ descriptor: MethodDescriptor, _ run: @escaping Run) {
            self.descriptor = descriptor
            self.run = run
        }
    }

    private(set) var routes: [String: Route] = [:]

    /// A router that knows no method.
    public init() {}

    /// Everything that is answered, by path.
    public var methods: [MethodDescriptor] {
        self.routes.values.map(\.descriptor).sorted { $0.path < $1.path }
    }

    private mutating func add(
        _ descriptor: MethodDescriptor, _ run: @escaping Run
    ) {
        precondition(self.routes[descriptor.path] == nil, "\(descriptor.path) has two handlers")
        self.routes[descriptor.path] = Route(descriptor, run)
    }

    /// One request, one response.
    public mutating func unary<Request: RPCMessage, Response: RPCMessage>(
        _ descriptor: MethodDescriptor,
        _ handler:
            nonisolated(nonsending) @escaping @Sendable (Request, CallContext) async throws ->
            Response
    ) {
        self.add(descriptor) { call in
            let request = try Request(decoding: call.request)
            return try await handler(request, call.context).encoded()
        }
    }

    /// One request, many responses.
    public mutating func serverStreaming<Request: RPCMessage, Response: RPCMessage>(
        _ descriptor: MethodDescriptor,
        _ handler:
            nonisolated(nonsending) @escaping @Sendable (
                Request, RPCWriter<Response>, CallContext
            ) async throws -> Void
    ) {
        self.add(descriptor) { call in
            let request = try Request(decoding: call.request)
            try await handler(request, RPCWriter(sink: call.call), call.context)
            return nil
        }
    }

    /// Many requests, one response.
    public mutating func clientStreaming<Request: RPCMessage, Response: RPCMessage>(
        _ descriptor: MethodDescriptor,
        _ handler:
            nonisolated(nonsending) @escaping @Sendable (
                RPCReader<Request>, CallContext
            ) async throws -> Response
    ) {
        self.add(descriptor) { call in
            try await handler(call.reader(), call.context).encoded()
        }
    }

    /// Many of both, in any order.
    public mutating func bidirectional<Request: RPCMessage, Response: RPCMessage>(
        _ descriptor: MethodDescriptor,
        _ handler:
            nonisolated(nonsending) @escaping @Sendable (
                RPCReader<Request>, RPCWriter<Response>, CallContext
            ) async throws -> Void
    ) {
        self.add(descriptor) { call in
            try await handler(call.reader(), RPCWriter(sink: call.call), call.context)
            return nil
        }
    }
}

/// A router that has all its methods: numbered, and shared by the connections of a server.
final class RouteTable: Sendable {
    let methods: MethodTable
    /// By the number of the method.
    let routes: [RPCRouter.Route]

    init(_ router: RPCRouter) {
        self.methods = MethodTable(router.routes.mapValues(\.descriptor.kind))
        self.routes = self.methods.paths.compactMap { router.routes[$0] }
    }
}
