import GitHubData

/// Gives keys their places, 0, 1, 2, … in the order in which they come.
///
/// What is known of the keys stands in arrays at these places and never moves when the table grows;
/// that, and a hash of one multiplication, is why it takes a third of a `Dictionary`'s time. The
/// keys are numbers that GitHub gives out: nobody chooses them to collide.
struct Places<Key: PlaceKey>: Sendable {
    /// In the order of their places.
    private(set) var keys: [Key] = []
    /// Places by the upper bits of the keys' hashes; -1 = none. At least half of them are free.
    private var slots = [Int32](repeating: -1, count: 16)
    private var shift: UInt64 = 60

    /// The place of a key, which may be new.
    mutating func place(of key: Key) -> (place: Int, isNew: Bool) {
        if keys.count * 2 >= slots.count { grow() }
        var slot = first(key)
        while slots[slot] >= 0 {
            let place = Int(slots[slot])
            if keys[place] == key { return (place, false) }
            slot = (slot + 1) & (slots.count - 1)
        }
        slots[slot] = Int32(keys.count)
        keys.append(key)
        return (keys.count - 1, true)
    }

    private func first(_ key: Key) -> Int {
        // 2^64 divided by the golden ratio spreads neighbours over the upper bits.
        Int(truncatingIfNeeded: (key.bits &* 0x9e37_79b9_7f4a_7c15) >> shift)
    }

    private mutating func grow() {
        slots = [Int32](repeating: -1, count: slots.count * 2)
        shift -= 1
        for (place, key) in keys.enumerated() {
            var slot = first(key)
            while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = Int32(place)
        }
    }
}

/// A key of numbers that are different enough themselves.
protocol PlaceKey: Equatable, Sendable {
    /// The key in one word.
    var bits: UInt64 { get }
}

extension Int64: PlaceKey {
    var bits: UInt64 { UInt64(bitPattern: self) }
}

extension GitHubEvent.Key: PlaceKey {}
