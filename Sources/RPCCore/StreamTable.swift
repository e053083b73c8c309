/// Values by stream id; a dictionary with its seeded hash cost a fifth of a call here.
///
/// A peer that leaves gaps on purpose makes a search as long as there are open streams, at most.
/// Inlinable, because a table that the compiler could not make for the very values of another
/// module would be slower than the dictionary.
public struct StreamTable<Value>: ~Copyable {
    /// 0 = free: no stream has that number.
    @usableFromInline var ids: [UInt32] = []
    @usableFromInline var values: [Value?] = []
    @usableFromInline var used = 0

    /// An empty table; it holds no memory.
    @inlinable public init() {}

    /// Streams in the table.
    @inlinable public var count: Int { self.used }
    /// Whether there is no stream.
    @inlinable public var isEmpty: Bool { self.used == 0 }
    /// Ids in no particular order.
    public var keys: [UInt32] { self.ids.filter { $0 != 0 } }

    /// The value of a stream, to read or to replace; nil removes it.
    ///
    /// Not to be changed in place, for which there is `change`: an accessor that lends the value
    /// takes memory from the heap each time.
    @inlinable public subscript(id: UInt32) -> Value? {
        get { self.slot(of: id).flatMap { self.values[$0] } }
        set {
            guard let newValue else {
                self.removeValue(forKey: id)
                return
            }
            self.values[self.slot(of: id) ?? self.insert(id)] = newValue
        }
    }

    /// Changes the value of a stream where it stands.
    ///
    /// - Returns: what `body` returns, or nil without such a stream.
    /// - Throws: what `body` throws.
    @inlinable @discardableResult
    public mutating func change<Result, Failure: Error>(
        _ id: UInt32, _ body: (inout Value) throws(Failure) -> Result
    ) throws(Failure) -> Result? {
        guard let slot = self.slot(of: id), self.values[slot] != nil else { return nil }
        return try body(&self.values[slot]!)
    }

    /// Calls `body` with every value, in no particular order.
    @inlinable public func forEach(_ body: (Value) -> Void) {
        for value in self.values { if let value { body(value) } }
    }

    /// Gives the memory back while nothing is in it: a busy hour costs an idle connection nothing.
    @inlinable public mutating func trim() {
        if self.isEmpty { self = StreamTable() }
    }

    /// Whether there is such a stream.
    @inlinable public func contains(_ id: UInt32) -> Bool { self.slot(of: id) != nil }

    /// Takes a stream out.
    @inlinable @discardableResult
    public mutating func removeValue(forKey id: UInt32) -> Value? {
        guard let slot = self.slot(of: id) else { return nil }
        let value = self.values[slot].take()
        self.erase(slot)
        return value
    }

    /// Adds a stream that is not in the table.
    @inlinable public mutating func insert(_ id: UInt32, _ value: consuming Value) {
        self.values[self.insert(id)] = value
    }

    /// Takes a stream out after a last look at it, where it stands.
    ///
    /// - Returns: what `body` returns, or nil without such a stream.
    @inlinable public mutating func remove<Result>(
        _ id: UInt32, _ body: (borrowing Value) -> Result
    ) -> Result? {
        guard let slot = self.slot(of: id), let value = self.values[slot] else { return nil }
        let result = body(value)
        self.erase(slot)
        return result
    }

    /// Takes a stream out.
    ///
    /// - Returns: whether it was there.
    @inlinable public mutating func remove(_ id: UInt32) -> Bool {
        guard let slot = self.slot(of: id) else { return false }
        self.erase(slot)
        return true
    }

    @inlinable func slot(of id: UInt32) -> Int? {
        guard !self.ids.isEmpty else { return nil }
        let mask = self.ids.count - 1
        var slot = Self.home(of: id) & mask
        while self.ids[slot] != 0 {
            if self.ids[slot] == id { return slot }
            slot = (slot + 1) & mask
        }
        return nil
    }

    /// Spreads numbers that follow each other, so that there are gaps where a search ends.
    @inlinable static func home(of id: UInt32) -> Int { Int((id &* 0x9E37_79B1) >> 12) }

    @inlinable mutating func insert(_ id: UInt32) -> Int {
        if (self.used + 1) * 2 > self.ids.count { self.grow() }
        self.used += 1
        let slot = self.freeSlot(for: id)
        self.ids[slot] = id
        return slot
    }

    @inlinable func freeSlot(for id: UInt32) -> Int {
        let mask = self.ids.count - 1
        var slot = Self.home(of: id) & mask
        while self.ids[slot] != 0 { slot = (slot + 1) & mask }
        return slot
    }

    @inlinable mutating func grow() {
        let (ids, values) = (self.ids, self.values)
        let size = max(4, ids.count * 2)
        self.ids = [UInt32](repeating: 0, count: size)
        self.values = [Value?](repeating: nil, count: size)
        for (old, id) in ids.enumerated() where id != 0 {
            let slot = self.freeSlot(for: id)
            self.ids[slot] = id
            self.values[slot] = values[old]
        }
    }

    /// Frees a slot and moves back what had to stand behind it.
    @inlinable mutating func erase(_ slot: Int) {
        self.used -= 1
        let mask = self.ids.count - 1
        var (hole, next) = (slot, (slot + 1) & mask)
        while self.ids[next] != 0 {
            let home = Self.home(of: self.ids[next]) & mask
            if (next - home) & mask >= (next - hole) & mask {
                self.ids[hole] = self.ids[next]
                self.values.swapAt(hole, next)
                hole = next
            }
            next = (next + 1) & mask
        }
        self.ids[hole] = 0
        self.values[hole] = nil
    }
}

extension StreamTable: Sendable where Value: Sendable {}
