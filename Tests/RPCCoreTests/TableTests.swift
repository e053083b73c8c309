import Testing

@testable import RPCCore

/// The tables that a call is looked up in.
@Suite struct TableTests {
    @Test(arguments: [1, 2, 4096, 0x1000_0001] as [UInt32])
    func `a table of streams holds what a dictionary holds, whatever gaps the ids have`(
        step: UInt32
    ) {
        var table = StreamTable<Int>()
        var model: [UInt32: Int] = [:]
        var random = SystemRandomNumberGenerator()
        for round in 0..<2000 {
            let id = (UInt32.random(in: 1...300, using: &random) &* step) & 0x7FFF_FFFF | 1
            if Bool.random(using: &random) {
                table[id] = round
                model[id] = round
            } else {
                let taken = table.removeValue(forKey: id)
                #expect(taken == model.removeValue(forKey: id))
            }
            if Bool.random(using: &random) {
                table[id]? += 1
                model[id]? += 1
            }
        }
        #expect(table.count == model.count)
        #expect(Set(table.keys) == Set(model.keys))
        for (id, value) in model { #expect(table[id] == value) }
    }

    @Test func `a value is changed where it stands, and a change that throws is seen`() {
        struct Refusal: Error {}
        var table = StreamTable<Int>()
        table[7] = 1
        let doubled = table.change(7) { value in
            value += 1
            return value * 10
        }
        #expect(doubled == 20)
        #expect(table.change(8) { $0 += 1 } == nil)
        #expect(throws: Refusal.self) {
            try table.change(7) { value throws(Refusal) in
                value = 5
                throw Refusal()
            }
        }
        #expect(table[7] == 5)
    }

    /// Against an array that moves everything; the lengths go well beyond the 32 places that may
    /// stand empty.
    @Test func `a queue gives what an array gives, and its size follows what waits`() {
        var queue = Fifo<Int>()
        var model: [Int] = []
        var random = SystemRandomNumberGenerator()
        for number in 0..<5000 {
            if Int.random(in: 0..<100, using: &random) < (number % 1000 < 500 ? 60 : 40) {
                queue.append(number)
                model.append(number)
            } else {
                #expect(queue.popFirst() == (model.isEmpty ? nil : model.removeFirst()))
            }
            #expect(queue.count == model.count)
            #expect(queue.isEmpty == model.isEmpty)
            #expect(queue.elements.count <= 2 * model.count + 32)
        }
    }

    @Test func `what is taken out of the middle of a queue leaves the order of the others`() {
        var queue = Fifo<Int>()
        for number in 0..<10 { queue.append(number) }
        #expect(queue.popFirst() == 0)
        #expect(queue.remove(where: { $0 == 4 }) == 4)
        #expect(queue.remove(where: { $0 == 4 }) == nil)
        // It has left already.
        #expect(queue.remove(where: { $0 == 0 }) == nil)
        #expect(queue.remove(where: { $0 == 9 }) == 9)
        #expect(Array(queue) == [1, 2, 3, 5, 6, 7, 8])
    }

    @Test func `a stream that leaves a table is looked at once more, and once only`() {
        var table = StreamTable<Int>()
        for id in 1...100 as ClosedRange<UInt32> { table.insert(id, Int(id) * 2) }
        #expect(table.remove(7, { $0 + 1 }) == 15)
        #expect(table.remove(7, { $0 + 1 }) == nil)
        #expect(table.remove(8) == true)
        #expect(table.remove(8) == false)
        #expect(Set(table.keys) == Set(1...100).subtracting([7, 8]))
        #expect(table[9] == 18)
    }

    /// Against a dictionary that knows no difference between the calls.
    @Test func `usual calls are calls like the others, in full when they are looked at`() {
        var calls = OpenStreams<Note>()
        var model: [UInt32: Int] = [:]
        var random = SystemRandomNumberGenerator()
        for id in 1...3000 as ClosedRange<UInt32> {
            if Bool.random(using: &random) {
                calls.insertUsual(id)
                model[id] = 1000
            } else {
                calls.insert(id, Note(number: Int(id)))
                model[id] = Int(id)
            }
            let other = UInt32.random(in: 1...id, using: &random)
            switch UInt8.random(in: 0..<5, using: &random) {
            case 0:
                let changed = calls.change(other) { stream in
                    stream.number += 1
                    return stream.number
                }
                model[other]? += 1
                #expect(changed == model[other])
                // A changed call is not usual any more.
                #expect(calls.removeUsual(other) == false)
            case 1: #expect(calls.remove(other) { $0.number } == model.removeValue(forKey: other))
            case 2: #expect(calls.remove(other) == (model.removeValue(forKey: other) != nil))
            case 3 where calls.removeUsual(other):
                #expect(model.removeValue(forKey: other) == 1000)
            case _: #expect(calls[other]?.number == model[other])
            }
        }
        #expect(calls.count == model.count)
        #expect(Set(calls.keys) == Set(model.keys))
        for id in 1...3000 as ClosedRange<UInt32> {
            #expect(calls.contains(id) == (model[id] != nil))
        }
        calls.removeAll()
        #expect(calls.count == 0)
    }

    @Test func `an empty table gives its memory back, a used one keeps what it holds`() {
        var table = StreamTable<Int>()
        for id in 1...100 as ClosedRange<UInt32> { table[id] = Int(id) }
        for id in 2...100 as ClosedRange<UInt32> { table[id] = nil }
        table.trim()
        #expect(table[1] == 1)
        table[1] = nil
        table.trim()
        #expect(table.isEmpty == true)
        #expect(table[1] == nil)
    }

    private func number(_ path: String, in table: MethodTable) -> Int? {
        Array(path.utf8).withUnsafeBytes { table.number(of: $0) }
    }

    @Test func `a method is found by its bytes, and nothing that only looks like one`() {
        let paths =
            (0..<200).map { "/tally.test.v1.Service\($0 % 7)/Method\($0)" } + ["/a/b", "/c/d"]
        let table = MethodTable(
            Dictionary(uniqueKeysWithValues: paths.map { ($0, CallKind.unary) }))
        for path in paths {
            #expect(self.number(path, in: table).map { table.paths[$0] } == path)
            #expect(self.number(path + "x", in: table) == nil)
            #expect(self.number(String(path.dropLast()) + "~", in: table) == nil)
            #expect(self.number("!" + path.dropFirst(), in: table) == nil)
        }
        #expect(self.number("", in: table) == nil)
        #expect(self.number("/a/b", in: MethodTable([:])) == nil)
    }

    @Test
    func `frames leave in order while nothing waits, and a large one makes streams take turns`() {
        var queue = OutboundQueue()
        let large = [UInt8](repeating: 7, count: OutboundQueue.readyBytesMax)
        queue.append(.message, [], stream: 1, body: [1])
        queue.append(.message, [], stream: 3, body: [2])
        queue.append(.message, [], stream: 1, body: large)
        queue.append(.message, [], stream: 1, body: [3])
        queue.append(.message, [], stream: 3, body: [4])
        var streams: [UInt8] = []
        while !queue.isEmpty {
            var rest = queue.take(upTo: 1)[...]
            while !rest.isEmpty {
                let head = rest.withUnsafeBytes { FrameHead($0) }
                streams.append(UInt8(head.stream))
                rest = rest.dropFirst(FrameHead.byteCount + Int(head.length))
            }
        }
        #expect(streams == [1, 3, 1, 3, 1])
        #expect(queue.bytes == 0)
    }

    @Test func `what is dropped is taken out of the frames that stand ready`() {
        var queue = OutboundQueue()
        queue.append(.request, .end, stream: 1, header: [1, 2], body: [3])
        queue.append(.request, .end, stream: 2, header: [4], body: [5])
        queue.append(.message, [], stream: 1, body: [6])
        #expect(queue.drop(1) == true)
        #expect(queue.drop(1) == false)
        #expect(
            queue.take(upTo: 1000)
                == Frame.encoded(.request, .end, stream: 2, header: [4], body: [5]))
        #expect(queue.isEmpty == true)
    }
}

/// What a test remembers of a call.
private struct Note: UsualStream, Equatable {
    static let usual = Note(number: 1000)

    var number: Int
}
