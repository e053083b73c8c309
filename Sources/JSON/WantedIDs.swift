/// The numbers of wanted repositories, quick to say no: it is asked for every event of an hour.
struct WantedIDs {
    /// Ascending.
    let sorted: [Int64]
    /// A bit for each hash; an unset one says that a number is not wanted.
    private let marks: [UInt64]
    private let shift: UInt64

    /// Bits for each number: one in so many of the others is parsed in vain, which costs as much as
    /// telling twenty by their heads.
    private static let bitsEach = 512
    /// 64 KiB stay in a near cache; with many more numbers than that most are wanted anyway.
    private static let bitsMax = 1 << 19

    init(_ ids: Set<Int64>) {
        self.sorted = ids.sorted()
        var bits = 1 << 12
        while bits < ids.count * Self.bitsEach, bits < Self.bitsMax { bits *= 2 }
        self.shift = UInt64(64 - bits.trailingZeroBitCount)
        var marks = [UInt64](repeating: 0, count: bits / 64)
        for id in ids {
            let hash = Self.hash(id) >> self.shift
            marks[Int(hash / 64)] |= 1 << (hash % 64)
        }
        self.marks = marks
    }

    /// Multiplying by 2^64 divided by the golden ratio spreads neighbours over the upper bits.
    private static func hash(_ id: Int64) -> UInt64 {
        UInt64(bitPattern: id) &* 0x9e37_79b9_7f4a_7c15
    }

    /// Whether a number may be among them; false is certain.
    func mayContain(_ id: Int64) -> Bool {
        let hash = Self.hash(id) >> self.shift
        return self.marks[Int(hash / 64)] & 1 << (hash % 64) != 0
    }
}
