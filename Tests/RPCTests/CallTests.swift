import RPC
import RPCCore
import Testing

/// rpc.md part A: calls of every kind, over TCP and inside the process.
@Suite struct CallTests {
    @Test(arguments: Joint.allCases)
    func `RPC-01 an empty message both ways is a message`(joint: Joint) async throws {
        try await withServer(joint) { channel, _ in
            let reply: Blob = try await channel.unary(echo, Blob())
            #expect(reply == Blob())
        }
    }

    @Test(arguments: Joint.allCases)
    func `RPC-02 messages of several frames arrive whole`(joint: Joint) async throws {
        try await withServer(joint) { channel, _ in
            let reply: Blob = try await channel.unary(sized, Blob(count: 271_828))
            #expect(reply.bytes.count == 314_159)
        }
    }

    @Test(arguments: [4 << 20 - 1, 4 << 20])
    func `RPC-03 a message up to the limit passes both ways`(size: Int) async throws {
        try await withServer { channel, _ in
            let reply: Blob = try await channel.unary(echo, Blob(count: size))
            #expect(reply.bytes.count == size)
        }
    }

    @Test func `RPC-04 one byte above the limit is refused naming both sizes`() async throws {
        try await withServer { channel, _ in
            let size = 4 << 20 + 1
            let error = await failure { try await channel.unary(echo, Blob(count: size)) as Blob }
            #expect(error?.code == .resourceExhausted)
            #expect(error?.message.contains("\(size)") == true)
            #expect(error?.message.contains("\(4 << 20)") == true)
            let reply: Blob = try await channel.unary(echo, Blob([1]))
            #expect(reply == Blob([1]))
        }
    }

    @Test(arguments: Joint.allCases)
    func `RPC-05 a server stream keeps count, sizes and order`(joint: Joint) async throws {
        let sizes = [31415, 9, 2653, 58979]
        let request = Blob(sizes.flatMap { blob($0).bytes })
        try await withServer(joint) { channel, _ in
            let got = try await channel.serverStreaming(count, request) {
                (reader: RPCReader<Blob>) in
                var got: [Int] = []
                for try await message in reader { got.append(message.bytes.count) }
                return got
            }
            #expect(got == sizes)
        }
    }

    @Test(arguments: Joint.allCases)
    func `RPC-06 a server stream may hold nothing`(joint: Joint) async throws {
        try await withServer(joint) { channel, _ in
            let first = try await channel.serverStreaming(count, Blob()) {
                (reader: RPCReader<Blob>) in try await reader.next()
            }
            #expect(first == nil)
        }
    }

    @Test(arguments: Joint.allCases)
    func `RPC-07 a client stream is summed`(joint: Joint) async throws {
        try await withServer(joint) { channel, _ in
            let reply: Blob = try await channel.clientStreaming(sum) {
                (writer: RPCWriter<Blob>) in
                for size in [27182, 8, 1828, 45904] { try await writer.send(Blob(count: size)) }
            }
            #expect(reply.number == 74_922)
        }
    }

    @Test(arguments: Joint.allCases)
    func `RPC-08 a client stream may hold nothing`(joint: Joint) async throws {
        try await withServer(joint) { channel, _ in
            let reply: Blob = try await channel.clientStreaming(sum) { (_: RPCWriter<Blob>) in }
            #expect(reply.number == 0)
        }
    }

    @Test(arguments: Joint.allCases)
    func `RPC-09 ping-pong goes four rounds in lock-step`(joint: Joint) async throws {
        try await withServer(joint) { channel, _ in
            let sizes = try await channel.bidirectional(chat) {
                (writer: RequestWriter<Blob>, reader: RPCReader<Blob>) in
                var sizes: [Int] = []
                for size in [31415, 9, 2653, 58979] {
                    try await writer.send(Blob(count: size))
                    sizes.append(try await reader.next()?.bytes.count ?? -1)
                }
                await writer.finish()
                let end = try await reader.next()
                #expect(end == nil)
                return sizes
            }
            #expect(sizes == [31415, 9, 2653, 58979])
        }
    }

    @Test(arguments: Joint.allCases)
    func `RPC-10 an immediate half-close ends an empty conversation`(joint: Joint) async throws {
        try await withServer(joint) { channel, _ in
            let first = try await channel.bidirectional(chat) {
                (writer: RequestWriter<Blob>, reader: RPCReader<Blob>) in
                await writer.finish()
                return try await reader.next()
            }
            #expect(first == nil)
        }
    }

    @Test(arguments: Joint.allCases)
    func `RPC-11 the server may speak first`(joint: Joint) async throws {
        var router = RPCRouter()
        router.bidirectional(chat) { (reader: RPCReader<Blob>, writer: RPCWriter<Blob>, _) in
            try await writer.send(Blob([1]))
            let answer = try await reader.next()
            try await writer.send(answer ?? Blob())
        }
        try await withServer(joint, router: router) { channel, _ in
            try await channel.bidirectional(chat) {
                (writer: RequestWriter<Blob>, reader: RPCReader<Blob>) in
                #expect(try await reader.next() == Blob([1]))
                try await writer.send(Blob([2]))
                #expect(try await reader.next() == Blob([2]))
            }
        }
    }

    @Test(arguments: Joint.allCases, [true, false])
    func `RPC-12 a server that answers early ends the client's sending`(
        joint: Joint, succeeds: Bool
    ) async throws {
        var router = RPCRouter()
        router.clientStreaming(sum) { (_: RPCReader<Blob>, _) in
            if !succeeds { throw RPCError(.notFound, "enough") }
            return blob(1)
        }
        router.unary(echo) { (request: Blob, _) in request }
        try await withServer(joint, router: router) { channel, server in
            let error = await failure {
                let reply: Blob = try await channel.clientStreaming(sum) {
                    (writer: RPCWriter<Blob>) in
                    while true { try await writer.send(Blob(count: 1000)) }
                }
                #expect(reply.number == 1)
            }
            #expect(error?.code == (succeeds ? nil : .notFound))
            let reply: Blob = try await channel.unary(echo, Blob([9]))
            #expect(reply == Blob([9]))
            #expect(await server.callsInFlight == 0)
        }
    }

    @Test(arguments: Joint.allCases, ["/test.Test/Nothing", "/test.Nobody/Echo"])
    func `RPC-13 an unknown method or service is named`(joint: Joint, path: String) async throws {
        try await withServer(joint) { channel, _ in
            let unknown = MethodDescriptor(path: path, kind: .unary)
            let error = await failure { try await channel.unary(unknown, Blob()) as Blob }
            #expect(error?.code == .unimplemented)
            #expect(error?.message.contains(path) == true)
        }
    }

    @Test func `RPC-14 a streamed request to a unary method is refused`() async throws {
        try await withServer { channel, _ in
            let wrong = MethodDescriptor(path: echo.path, kind: .clientStreaming)
            let error = await failure {
                try await channel.clientStreaming(wrong) { (writer: RPCWriter<Blob>) in
                    try await writer.send(Blob([1]))
                    try await writer.send(Blob([2]))
                } as Blob
            }
            #expect(error?.code == .unimplemented)
            let empty = await failure {
                try await channel.clientStreaming(wrong) { (_: RPCWriter<Blob>) in } as Blob
            }
            #expect(empty?.code == .unimplemented)
        }
    }

    @Test func `RPC-15 a thousand calls at once queue for the streams of one connection`()
        async throws
    {
        try await withServer { channel, _ in
            let replies = try await withThrowingTaskGroup(of: Int.self) { tasks in
                for number in 0..<1000 {
                    tasks.addTask {
                        let reply: Blob = try await channel.unary(echo, blob(number))
                        return reply.number
                    }
                }
                return try await tasks.reduce(into: Set<Int>()) { $0.insert($1) }
            }
            #expect(replies == Set(0..<1000))
        }
    }

    @Test(arguments: StatusCode.allCases.filter { $0 != .ok })
    func `RPC-19 every code arrives with message and details`(code: StatusCode) async throws {
        var router = RPCRouter()
        let detail = RPCError.Detail(typeURL: "type.test/X", value: [1, 2, 3])
        router.unary(echo) { (_: Blob, _) -> Blob in
            throw RPCError(code, "tab\t cr\r lf\n ä 🎯", reason: "WHY", details: [detail])
        }
        try await withServer(router: router) { channel, _ in
            let error = await failure { try await channel.unary(echo, Blob()) as Blob }
            #expect(error?.code == code)
            #expect(error?.message == "tab\t cr\r lf\n ä 🎯")
            #expect(error?.reason == "WHY")
            #expect(error?.details == [detail])
        }
    }

    @Test func `RPC-22 an unknown error tells the caller nothing`() async throws {
        struct Secret: Error { let path = "/etc/secret" }
        var router = RPCRouter()
        router.unary(echo) { (_: Blob, _) -> Blob in throw Secret() }
        let seen = Signal()
        var configuration = ServerConfiguration()
        let watching = Ending { call in
            if call.internalError?.contains("/etc/secret") == true { seen.set() }
        }
        configuration.interceptors = [watching]
        try await withServer(router: router, server: configuration) { channel, _ in
            let error = await failure { try await channel.unary(echo, Blob()) as Blob }
            #expect(error?.code == .unknown)
            #expect(error?.message.contains("secret") == false)
            await seen.wait()
        }
    }

    @Test func `RPC-24 messages before an error are read before it`() async throws {
        var router = RPCRouter()
        router.serverStreaming(count) { (_: Blob, writer: RPCWriter<Blob>, _) in
            for number in 0..<3 { try await writer.send(blob(number)) }
            throw RPCError(.dataLoss, "gone")
        }
        try await withServer(router: router) { channel, _ in
            var got: [Int] = []
            let error = await failure {
                try await channel.serverStreaming(count, Blob()) { (reader: RPCReader<Blob>) in
                    for try await message in reader { got.append(message.number) }
                }
            }
            #expect(got == [0, 1, 2])
            #expect(error?.code == .dataLoss)
        }
    }
}
