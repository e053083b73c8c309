public import RPCCore

/// Which handler answers which method.
public struct RPCRouter: Sendable {
    /// One call as its handler's wrapper sees it.
    struct Incoming: Sendable {
        let request: [UInt8]
        let requests: MessageQueue
        let sink: any MessageSink
        let context: CallContext
    }

    struct Route: Sendable {
        let descriptor: MethodDescriptor
        /// The single reply, or nil after a stream of them.
        let run: @Sendable (Incoming) async throws -> [UInt8]?
    }

    private(set) var routes: [String: Route] = [:]

    /// A router that knows no method.
    public init() {}

    /// Everything that is answered, by path.
    public var methods: [MethodDescriptor] {
        self.routes.values.map(\.descriptor).sorted { $0.path < $1.path }
    }

    private mutating func add(
        _ descriptor: MethodDescriptor,
        _ run: @escaping @Sendable (Incoming) async throws -> [UInt8]?
    ) {
        precondition(self.routes[descriptor.path] == nil, "\(descriptor.path) has two handlers")
        self.routes[descriptor.path] = Route(descriptor: descriptor, run: run)
    }

    /// One request, one response.
    public mutating func unary<Request: RPCMessage, Response: RPCMessage>(
        _ descriptor: MethodDescriptor,
        _ handler: @escaping @Sendable (Request, CallContext) async throws -> Response
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
            @escaping @Sendable (Request, RPCWriter<Response>, CallContext) async throws ->
            Void
    ) {
        self.add(descriptor) { call in
            let request = try Request(decoding: call.request)
            try await handler(request, RPCWriter(sink: call.sink), call.context)
            return nil
        }
    }

    /// Many requests, one response.
    public mutating func clientStreaming<Request: RPCMessage, Response: RPCMessage>(
        _ descriptor: MethodDescriptor,
        _ handler: @escaping @Sendable (RPCReader<Request>, CallContext) async throws -> Response
    ) {
        self.add(descriptor) { call in
            let reader = RPCReader<Request>(queue: call.requests, sink: call.sink)
            return try await handler(reader, call.context).encoded()
        }
    }

    /// Many of both, in any order.
    public mutating func bidirectional<Request: RPCMessage, Response: RPCMessage>(
        _ descriptor: MethodDescriptor,
        _ handler:
            @escaping @Sendable (
                RPCReader<Request>, RPCWriter<Response>, CallContext
            ) async throws -> Void
    ) {
        self.add(descriptor) { call in
            let reader = RPCReader<Request>(queue: call.requests, sink: call.sink)
            try await handler(reader, RPCWriter(sink: call.sink), call.context)
            return nil
        }
    }
}
