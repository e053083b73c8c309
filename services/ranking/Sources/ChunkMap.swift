import TallyAPI

/// Where the entries of a generation are, without the entries: finds pages and ties.
struct ChunkMap: Sendable {
    /// Entries of one chunk: a page of the usual size touches one or two.
    static let entriesMax = 256

    struct Chunk: Hashable, Sendable {
        let place: Int32
        let entries: UInt64
        let bots: UInt64
        let firstScore: Int64
        let lastScore: Int64

        func count(_ filter: BotFilter) -> UInt64 {
            switch filter {
            case .include: self.entries
            case .only: self.bots
            case _: self.entries - self.bots
            }
        }
    }

    let chunks: [Chunk]

    func total(_ filter: BotFilter) -> UInt64 {
        self.chunks.reduce(0) { $0 + $1.count(filter) }
    }

    /// What must be read for a page.
    struct Slice: Hashable, Sendable {
        /// Places of the chunks, in order.
        let places: [Int32]
        /// Entries that the filter admits before the first of these chunks.
        let before: UInt64
        /// Entries of the first chunks that come before the page.
        let skip: UInt64
    }

    /// The chunks of a page, with those before it in which its first score may begin.
    func slice(_ filter: BotFilter, offset: UInt64, count: UInt64) -> Slice? {
        var before: UInt64 = 0
        for (index, chunk) in self.chunks.enumerated() {
            let here = chunk.count(filter)
            guard before + here > offset else {
                before += here
                continue
            }
            let (start, counted) = self.tieStart(index, before, filter)
            var last = index
            var reached = before + here
            while reached < offset + count, last + 1 < self.chunks.count {
                last += 1
                reached += self.chunks[last].count(filter)
            }
            return Slice(
                places: self.chunks[start...last].map(\.place), before: counted,
                skip: offset - counted)
        }
        return nil
    }

    /// Walks back while the score at the front of a chunk is also the end of the one before.
    private func tieStart(
        _ index: Int, _ before: UInt64, _ filter: BotFilter
    ) -> (Int, UInt64) {
        var (start, counted) = (index, before)
        while start > 0, self.chunks[start - 1].lastScore == self.chunks[start].firstScore {
            start -= 1
            counted -= self.chunks[start].count(filter)
        }
        return (start, counted)
    }

    /// Chunks that may hold an entry of this score, with those that tie with it before.
    func places(ofScore score: Int64) -> (places: [Int32], first: Int)? {
        let found = self.chunks.indices.filter {
            self.chunks[$0].firstScore >= score && score >= self.chunks[$0].lastScore
        }
        guard let first = found.first else { return nil }
        return (found.map { self.chunks[$0].place }, first)
    }

    /// Entries before a chunk.
    func before(_ index: Int, _ filter: BotFilter) -> UInt64 {
        self.chunks[..<index].reduce(0) { $0 + $1.count(filter) }
    }
}
