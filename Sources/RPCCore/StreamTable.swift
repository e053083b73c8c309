/// Values by stream id; a dictionary with its seeded hash cost a fifth of a call here.
///
/// A peer that leaves gaps on purpose makes a search as long as there are open streams, at most.
struct StreamTable<Value> {
    /// 0 = free: no stream has that number.
    private var ids: [UInt32] = []
    private var values: [Value?] = []
    private(set) var count = 0

    var isEmpty: Bool { self.count == 0 }
    /// Ids in no particular order.
    var keys: [UInt32] { self.ids.filter { $0 != 0 } }

    subscript(id: UInt32) -> Value? {
        _read {
            if let slot = self.slot(of: id) {
                yield self.values[slot]
            } else {
                yield nil
            }
        }
        _modify {
            let slot = self.slot(of: id) ?? self.insert(id)
            yield &self.values[slot]
            if case .none = self.values[slot] { self.erase(slot) }
        }
    }

    /// Gives the memory back while nothing is in it: a busy hour costs an idle connection nothing.
    mutating func trim() {
        if self.isEmpty { self = StreamTable() }
    }

    func contains(_ id: UInt32) -> Bool { self.slot(of: id) != nil }

    @discardableResult
    mutating func removeValue(forKey id: UInt32) -> Value? {
        guard let slot = self.slot(of: id) else { return nil }
        let value = self.values[slot]
        self.erase(slot)
        return value
    }

    private func slot(of id: UInt32) -> Int? {
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
    private static func home(of id: UInt32) -> Int { Int((id &* 0x9E37_79B1) >> 12) }

    private mutating func insert(_ id: UInt32) -> Int {
        if (self.count + 1) * 2 > self.ids.count { self.grow() }
        self.count += 1
        let slot = self.freeSlot(for: id)
        self.ids[slot] = id
        return slot
    }

    private func freeSlot(for id: UInt32) -> Int {
        let mask = self.ids.count - 1
        var slot = Self.home(of: id) & mask
        while self.ids[slot] != 0 { slot = (slot + 1) & mask }
        return slot
    }

    private mutating func grow() {
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
    private mutating func erase(_ slot: Int) {
        self.count -= 1
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
