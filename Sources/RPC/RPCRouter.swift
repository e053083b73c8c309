public import RPCCore

/// Which handler answers which method.
public struct RPCRouter: Sendable {
    /// One call as its handler's wrapper sees it.
    @usableFromInline struct Incoming: Sendable {
        @usableFromInline var requests: [UInt8]
        @usableFromInline let place: Range<Int>
        /// Held by its context: to make one for the handler would be one more to hold it.
        @usableFromInline let context: CallContext

        var call: ServerCall { self.context.call }
        var route: Route { self.call.peer.routes.routes[self.call.methodNumber] }

        init(_ requests: [UInt8], _ place: Range<Int>, _ call: ServerCall) {
            self.requests = requests
            self.place = place
            self.context = CallContext(call: call)
        }

        /// Takes the single request; it is not held any longer.
        @inlinable mutating func takeRequest<Request: RPCMessage>() throws(RPCError) -> Request {
            defer { self.requests = [] }
            return try Request.read(self.requests, self.place.lowerBound, self.place.count)
        }

        /// Whether nothing stands around handlers.
        @usableFromInline var isBare: Bool { self.call.peer.isBare }

        /// Runs a handler with what stands around it.
        @usableFromInline nonisolated(nonsending) func around<Result: Sendable>(
            _ handler:
                nonisolated(nonsending) @escaping @Sendable (CallContext) async throws -> Result
        ) async throws -> Result {
            let context = self.context
            guard !self.isBare else { return try await handler(context) }
            return try await self.call.peer.configuration.moments.handler.run(context) {
                do { return try await handler(context) } catch {
                    throw HandlerOutcome.handled(error)
                }
            }
        }

        /// Ends the call with its single reply, and becomes the next one of the same method, where
        /// nothing has to wait.
        ///
        /// - Returns: nil when it is another call now; else what is left to be done for this one.
        @usableFromInline mutating func end(
            _ encode: @Sendable (inout [UInt8]) -> Void
        ) -> Reply? {
            self.call.end(encode, next: &self)
        }

        /// Sends the single reply where it can leave at once; else it is left to be sent.
        @usableFromInline func reply(_ encode: @Sendable (inout [UInt8]) -> Void) -> Reply {
            self.call.reply(encode)
        }

        /// What a streaming handler writes.
        @usableFromInline func writer<Response: RPCMessage>() -> RPCWriter<Response> {
            RPCWriter(sink: self.call)
        }

        /// What a streaming handler reads.
        @usableFromInline func reader<Request: RPCMessage>() -> RPCReader<Request> {
            RPCReader(queue: self.call.requests ?? MessageQueue(), sink: self.call)
        }
    }

    /// What runs for a call, and maybe for those of the same method that follow it. Stays where its
    /// caller is: each change of isolation costs a look at the task's executors, and there would be
    /// five a call.
    @usableFromInline typealias Run =
        nonisolated(nonsending) @Sendable (inout Incoming) async throws -> Reply

    /// What a handler leaves to be sent.
    @usableFromInline enum Reply: Sendable {
        /// Its single reply.
        case message([UInt8])
        /// Nothing: its replies were sent as they came.
        case streamed
        /// Nothing: the call has its reply.
        case sent
        /// Nothing: the call is over.
        case ended

        /// A reply that could not leave at once.
        static func encoded(_ encode: Encoding) -> Reply {
            var bytes: [UInt8] = []
            encode(&bytes)
            return .message(bytes)
        }
    }

    final class Route: Sendable {
        let descriptor: MethodDescriptor
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

    @usableFromInline mutating func add(
        _ descriptor: MethodDescriptor, _ run: @escaping Run
    ) {
        precondition(self.routes[descriptor.path] == nil, "\(descriptor.path) has two handlers")
        self.routes[descriptor.path] = Route(descriptor, run)
    }

    /// One request, one response.
    ///
    /// Inlinable, here and below, so that the compiler makes it for the very messages: their codecs
    /// would otherwise be looked up in each call, and take memory of a size that is found out then.
    @inlinable public mutating func unary<Request: RPCMessage, Response: RPCMessage>(
        _ descriptor: MethodDescriptor,
        _ handler:
            nonisolated(nonsending) @escaping @Sendable (Request, CallContext) async throws ->
            Response
    ) {
        self.add(descriptor) { call in
            while true {
                let request: Request = try call.takeRequest()
                let response =
                    call.isBare
                    ? try await handler(request, call.context)
                    : try await call.around { try await handler(request, $0) }
                if let reply = call.end({ response.encode(into: &$0) }) { return reply }
            }
        }
    }

    /// One request, many responses.
    @inlinable public mutating func serverStreaming<Request: RPCMessage, Response: RPCMessage>(
        _ descriptor: MethodDescriptor,
        _ handler:
            nonisolated(nonsending) @escaping @Sendable (
                Request, RPCWriter<Response>, CallContext
            ) async throws -> Void
    ) {
        self.add(descriptor) { call in
            let request: Request = try call.takeRequest()
            let writer: RPCWriter<Response> = call.writer()
            try await call.around { try await handler(request, writer, $0) }
            return .streamed
        }
    }

    /// Many requests, one response.
    @inlinable public mutating func clientStreaming<Request: RPCMessage, Response: RPCMessage>(
        _ descriptor: MethodDescriptor,
        _ handler:
            nonisolated(nonsending) @escaping @Sendable (
                RPCReader<Request>, CallContext
            ) async throws -> Response
    ) {
        self.add(descriptor) { call in
            let reader: RPCReader<Request> = call.reader()
            let response = try await call.around { try await handler(reader, $0) }
            return call.reply { response.encode(into: &$0) }
        }
    }

    /// Many of both, in any order.
    @inlinable public mutating func bidirectional<Request: RPCMessage, Response: RPCMessage>(
        _ descriptor: MethodDescriptor,
        _ handler:
            nonisolated(nonsending) @escaping @Sendable (
                RPCReader<Request>, RPCWriter<Response>, CallContext
            ) async throws -> Void
    ) {
        self.add(descriptor) { call in
            let reader: RPCReader<Request> = call.reader()
            let writer: RPCWriter<Response> = call.writer()
            try await call.around { try await handler(reader, writer, $0) }
            return .streamed
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
