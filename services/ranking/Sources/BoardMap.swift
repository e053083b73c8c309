import TallyAPI

/// Where the entries of a generation are, without the entries: stretches of the board in order,
/// with counts. Finds the stretch of a page, and what stands before a score, on boards of any size.
struct BoardMap: Hashable, Sendable {
    /// Entries of a new stretch: a page of the usual size touches one or two.
    static let stretchEntries = 256
    /// A stretch that grew beyond this is cut again.
    static let stretchMax: Int64 = 1024

    /// Where an entry stands: the score below zero, then the smaller id.
    struct Key: Hashable, Comparable, Sendable {
        let place: Int64
        let id: Int64

        static func < (left: Key, right: Key) -> Bool {
            (left.place, left.id) < (right.place, right.id)
        }
    }

    /// Everything from its first key to before that of the next one.
    struct Stretch: Hashable, Sendable {
        var first: Key
        var entries: Int64
        var bots: Int64

        func count(_ filter: BotFilter) -> Int64 {
            switch filter {
            case .include: self.entries
            case .only: self.bots
            case _: self.entries - self.bots
            }
        }
    }

    private(set) var stretches: [Stretch]

    init(stretches: [Stretch] = []) { self.stretches = stretches }

    func total(_ filter: BotFilter) -> Int64 {
        self.stretches.reduce(0) { $0 + $1.count(filter) }
    }

    /// The stretch that holds a key, or would.
    func index(of key: Key) -> Int? {
        guard !self.stretches.isEmpty else { return nil }
        var (low, high) = (0, self.stretches.count)
        while low < high {
            let middle = (low + high) / 2
            if self.stretches[middle].first <= key { low = middle + 1 } else { high = middle }
        }
        return max(0, low - 1)
    }

    /// Where to begin reading for the entry at an offset, and how many admitted ones to pass over.
    func start(_ filter: BotFilter, offset: Int64) -> (first: Key, skip: Int64)? {
        var before: Int64 = 0
        for stretch in self.stretches {
            let here = stretch.count(filter)
            if before + here > offset { return (stretch.first, offset - before) }
            before += here
        }
        return nil
    }

    /// What of the admitted entries stands before a score for certain, and from which key on the
    /// rest must be counted.
    func before(place: Int64, _ filter: BotFilter) -> (counted: Int64, from: Key)? {
        guard let index = self.index(of: Key(place: place, id: .min)) else { return nil }
        let counted = self.stretches[..<index].reduce(0) { $0 + $1.count(filter) }
        return (counted, self.stretches[index].first)
    }

    // MARK: Keeping it

    mutating func add(_ key: Key, bot: Bool) {
        guard let index = self.index(of: key) else {
            self.stretches = [Stretch(first: key, entries: 1, bots: bot ? 1 : 0)]
            return
        }
        self.stretches[index].entries += 1
        self.stretches[index].bots += bot ? 1 : 0
        // Only the first stretch can be entered before its first key.
        if key < self.stretches[index].first { self.stretches[index].first = key }
    }

    mutating func remove(_ key: Key, bot: Bool) {
        guard let index = self.index(of: key) else { return }
        self.stretches[index].entries -= 1
        self.stretches[index].bots -= bot ? 1 : 0
        if self.stretches[index].entries <= 0 { self.stretches.remove(at: index) }
    }

    /// The stretches that grew too long, as ranges of keys: from the first to before the second.
    var overlong: [(from: Key, to: Key?)] {
        self.stretches.indices.filter { self.stretches[$0].entries > Self.stretchMax }.map {
            (
                self.stretches[$0].first,
                $0 + 1 < self.stretches.count ? self.stretches[$0 + 1].first : nil
            )
        }
    }

    /// Cuts the stretch with a first key anew, along its keys in order.
    mutating func cut(_ first: Key, along keys: [(key: Key, bot: Bool)]) {
        guard let index = self.stretches.firstIndex(where: { $0.first == first }) else { return }
        self.stretches.replaceSubrange(index...index, with: Self(keys: keys).stretches)
    }

    /// So many nearly empty stretches that it should be made anew.
    var isSparse: Bool {
        let wanted = self.total(.include) / Int64(Self.stretchEntries) + 1
        return Int64(self.stretches.count) > 4 * wanted + 16
    }

    /// A map of keys in order.
    init(keys: [(key: Key, bot: Bool)]) {
        self.stretches = stride(from: 0, to: keys.count, by: Self.stretchEntries).map { start in
            let piece = keys[start..<min(start + Self.stretchEntries, keys.count)]
            return Stretch(
                first: keys[start].key, entries: Int64(piece.count),
                bots: Int64(piece.filter(\.bot).count))
        }
    }
}
