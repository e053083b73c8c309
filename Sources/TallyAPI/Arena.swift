internal import CTallyProto

/// Memory of one message tree on the C side; everything in it goes at once, with `end`.
struct Arena {
    /// Bytes that a message may take for its wire bytes: a list of people with one small counter
    /// each takes up to twelve times its size, a bomb of empty strings more than twenty times.
    static func budget(wireBytes: Int) -> Int { 64 * 1024 + 16 * wireBytes }

    private let handle: OpaquePointer

    /// - Returns: nil when the machine has no memory left.
    init?(budget: Int) {
        guard let handle = tally_arena_create(budget) else { return nil }
        self.handle = handle
    }

    /// Gives the memory back, once; nothing in it may be used any more.
    func end() { tally_arena_destroy(self.handle) }

    var allocator: UnsafeMutablePointer<ProtobufCAllocator>? {
        tally_arena_allocator(self.handle)
    }

    /// Bytes given out so far.
    var used: Int { tally_arena_used(self.handle) }

    func allocate(_ count: Int) -> UnsafeMutableRawPointer {
        guard let memory = tally_arena_alloc(self.handle, count) else {
            preconditionFailure("an arena for encoding has no budget")
        }
        return memory
    }

    /// A copy of text or bytes.
    func bytes(_ text: String) -> ProtobufCBinaryData {
        // Most text is one piece of memory as it is.
        if let copy = text.utf8.withContiguousStorageIfAvailable({
            self.copy(UnsafeRawBufferPointer($0))
        }) {
            return copy
        }
        var text = text
        return text.withUTF8 { self.copy(UnsafeRawBufferPointer($0)) }
    }

    func bytes(_ bytes: [UInt8]) -> ProtobufCBinaryData {
        bytes.withUnsafeBytes { self.copy($0) }
    }

    private func copy(_ bytes: UnsafeRawBufferPointer) -> ProtobufCBinaryData {
        guard bytes.count > 0 else { return ProtobufCBinaryData(len: 0, data: nil) }
        let memory = self.allocate(bytes.count)
        memory.copyMemory(
            from: bytes.baseAddress ?? UnsafeRawPointer(memory), byteCount: bytes.count)
        return ProtobufCBinaryData(
            len: bytes.count, data: memory.assumingMemoryBound(to: UInt8.self))
    }

    /// The C form of a message.
    func message<Message: WireMessage>(_ message: Message) -> UnsafeMutablePointer<Message.C> {
        let memory = self.allocate(MemoryLayout<Message.C>.size)
            .bindMemory(to: Message.C.self, capacity: 1)
        Message.initialize(memory)
        message.fill(&memory.pointee, self)
        return memory
    }

    /// A C array; nil when it is empty.
    func list<Element, Item>(
        _ elements: [Element], _ convert: (Element) -> Item
    ) -> UnsafeMutablePointer<Item>? {
        guard !elements.isEmpty else { return nil }
        let memory = self.allocate(elements.count * MemoryLayout<Item>.stride)
            .bindMemory(to: Item.self, capacity: elements.count)
        for (index, element) in elements.enumerated() {
            (memory + index).initialize(to: convert(element))
        }
        return memory
    }
}
