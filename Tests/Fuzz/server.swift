// Invariant: whatever a client sends, no more handlers run than there are streams, nothing is held
// beyond the budgets, and behind the end of the connection no call is left.

private let methods: [String: CallKind] = [
    "/a/U": .unary, "/a/S": .serverStreaming, "/a/C": .clientStreaming, "/a/B": .bidirectional,
]

private let limits: Limits = {
    var limits = Limits()
    limits.frameBytesMax = 16 * 1024
    limits.messageBytesMax = 64 * 1024
    limits.assemblyBytesMax = 128 * 1024
    limits.streamsMax = 32
    return limits
}()

/// One input of the fuzzer: a byte says how the session is cut, the rest is what the client sends
/// behind a good preface and HELLO.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzOneInput(_ data: UnsafePointer<UInt8>, _ size: Int) -> Int32 {
    guard size > 0 else { return 0 }
    let step = Int(data[0]) + 1
    let input = Array(UnsafeBufferPointer(start: data + 1, count: size - 1))
    let greeting = Frame.encoded(.hello, header: Hello(agent: "f").encoded())
    let now = ContinuousClock.now
    var server = ServerConnection(
        own: Hello(agent: "s", limits: limits), methods: methods, now: now)
    (Preface.bytes + greeting).withUnsafeBytes { server.receive($0, now: now) }
    var running: Set<UInt32> = []
    var position = 0
    while position < input.count {
        let end = min(position + step, input.count)
        input[position..<end].withUnsafeBytes { server.receive($0, now: now) }
        position = end
        while let call = server.nextCall() {
            precondition(running.insert(call.start.stream).inserted)
            let requests = server.belongings(of: call).requests
            precondition(call.place.upperBound <= requests.count)
        }
        for action in server.takeActions() {
            switch action {
            case .cancelled(let id, _):
                precondition(running.remove(id) != nil)
                server.handlerEnded(id)
            case .requests(let id, let run):
                for message in run { server.taken(bytes: message.count, id) }
            case .writable(let id): _ = server.send(id) { $0 += [1] }
            case .begin, .withdrawn, .requestsEnded, .greeted, .peerDrained, .unfinished, .refused,
                .farewell,
                .close:
                break
            }
        }
        precondition(running.count <= 32)
        precondition(server.heldBytes <= 128 * 1024 + 64 * 1024)
        _ = server.takeOutput(upTo: .max)
    }
    for id in running.sorted() {
        server.finish(id, reply: [2])
        server.handlerEnded(id)
    }
    server.connectionLost("over")
    for case .cancelled(let id, _) in server.takeActions() { server.handlerEnded(id) }
    precondition(server.openCalls == 0 && server.heldBytes == 0)
    return 0
}
