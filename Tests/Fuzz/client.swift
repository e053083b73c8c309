// Invariant: whatever a server sends, every call that was opened ends exactly once.

/// One input of the fuzzer: what the server sends behind a good preface and HELLO.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzOneInput(_ data: UnsafePointer<UInt8>, _ size: Int) -> Int32 {
    let now = ContinuousClock.now
    var client = ClientConnection(own: Hello(agent: "c"), now: now)
    let greeting = Frame.encoded(.hello, header: Hello(agent: "f").encoded())
    (Preface.bytes + greeting).withUnsafeBytes { client.receive($0, now: now) }
    var open: Set<UInt32> = []
    for kind in CallKind.allCases {
        let request = kind.streamsRequests ? nil : [UInt8(1)]
        if let id = try? client.open(CallHeader(method: "/a/C"), kind, request: request) {
            open.insert(id)
        }
    }
    func settle() {
        for action in client.takeActions() {
            switch action {
            case .succeeded(let id, _, _), .failed(let id, _, _):
                precondition(open.remove(id) != nil)
            case .responses(let id, let run):
                for message in run { client.taken(bytes: message.count, id) }
            case .writable(let id): _ = client.send(id) { $0 += [1] }
            case .greeted, .headers, .draining, .farewell, .pong, .close: break
            }
        }
        _ = client.takeOutput(upTo: .max)
    }
    client.receive(UnsafeRawBufferPointer(start: data, count: size), now: now)
    settle()
    client.connectionLost(RPCError(.unavailable, "over"))
    settle()
    precondition(open.isEmpty && client.openCalls == 0)
    return 0
}
