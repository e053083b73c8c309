public import RPCCore

/// Where a stream's messages go: a connection, seen from the application.
protocol MessageSink: Sendable {
    /// Sends a message, which `encode` appends to bytes it is given, when that takes no waiting.
    func trySend(_ encode: @Sendable (inout [UInt8]) -> Void) -> StreamSending
    /// Sends one encoded message; suspends until there is room for it.
    nonisolated(nonsending) func send(_ message: [UInt8]) async throws(RPCError)
    /// The application took messages out of the stream.
    func taken(_ taken: MessageQueue.Taken)
}

/// Sends the messages of one streaming direction.
public struct RPCWriter<Message: RPCMessage>: Sendable {
    let sink: any MessageSink

    /// Sends one message; suspends while the other side has no room for it.
    ///
    /// Inlinable, so that the compiler makes it for the very messages of its callers.
    ///
    /// - Throws: `RPCError`: the call ended, the message is too large, or the task was cancelled.
    @inlinable
    public nonisolated(nonsending) func send(_ message: Message) async throws(RPCError) {
        switch self.trySend({ message.encode(into: &$0) }) {
        case .sent: return
        case .failed(let error): throw error
        case .mustWait, .ended: try await self.send(encoded: message.encoded())
        }
    }

    @usableFromInline func trySend(
        _ encode: @Sendable (inout [UInt8]) -> Void
    ) -> StreamSending {
        self.sink.trySend(encode)
    }

    @usableFromInline nonisolated(nonsending) func send(encoded: [UInt8]) async throws(RPCError) {
        try await self.sink.send(encoded)
    }
}

/// Receives the messages of one streaming direction, in order. One consumer.
public struct RPCReader<Message: RPCMessage>: AsyncSequence, AsyncIteratorProtocol, Sendable {
    /// What the sequence yields.
    public typealias Element = Message

    @usableFromInline let queue: MessageQueue
    let sink: any MessageSink

    /// The next message; nil when the other side is done.
    ///
    /// Inlinable, so that the compiler makes it for the very messages of its callers.
    ///
    /// - Throws: `RPCError`: how the call ended, or `internalError` for bytes that do not parse.
    @inlinable public nonisolated(nonsending) func next() async throws(RPCError) -> Message? {
        // A message that is there costs no call that could wait.
        if let message = self.queue.take() { return try self.read(message) }
        guard let message = try await self.queue.next() else { return nil }
        return try self.read(message)
    }

    @inlinable func read(_ message: MessageQueue.Message) throws(RPCError) -> Message {
        if message.isTold { self.tell() }
        return try Message.read(message.bytes, message.start, message.count)
    }

    /// Says what was taken, so that as much may come.
    @usableFromInline func tell() { self.sink.taken(self.queue.told()) }

    /// The next message, for `for try await`.
    @inlinable public mutating func next(
        isolation actor: isolated (any Actor)?
    ) async throws(RPCError) -> Message? {
        try await self.next()
    }

    /// The reader itself: a stream can be read once.
    public func makeAsyncIterator() -> RPCReader<Message> { self }
}

extension RPCMessage {
    /// Reads a message from an array.
    @inlinable init(decoding bytes: [UInt8]) throws(RPCError) {
        self = try Self.read(bytes, 0, bytes.count)
    }

    /// Reads a message from a part of an array.
    ///
    /// The array's address comes by conversion: a closure for a generic result would have its
    /// types looked up with every message.
    @inlinable static func read(
        _ array: UnsafeRawPointer, _ start: Int, _ count: Int
    ) throws(RPCError) -> Self {
        try Self(decoding: UnsafeRawBufferPointer(start: array + start, count: count))
    }

    /// The message as an array.
    @inlinable func encoded() -> [UInt8] {
        var bytes: [UInt8] = []
        self.encode(into: &bytes)
        return bytes
    }
}
