@testable import Ranking
import TallyAPI
import Testing

/// Pages of the chunked board against a plain sorted list.
@Suite struct CutterTests {
    private static func entries(_ count: Int, spread: Int64) -> [BoardEntry] {
        var random = SystemRandomNumberGenerator()
        let list = (1...count).map { id in
            BoardEntry(
                contributorId: Int64(id), login: "p\(id)", bot: id % 7 == 0,
                score: Int64.random(in: 0..<spread, using: &random))
        }
        return list.sorted { ($1.score, $0.contributorId) < ($0.score, $1.contributorId) }
    }

    private static func map(_ entries: [BoardEntry], size: Int) -> ChunkMap {
        ChunkMap(
            chunks: stride(from: 0, to: entries.count, by: size).enumerated().map { place, start in
                let piece = entries[start..<min(start + size, entries.count)]
                return ChunkMap.Chunk(
                    place: Int32(place), entries: UInt64(piece.count),
                    bots: UInt64(piece.filter(\.bot).count),
                    firstScore: piece.first?.score ?? 0, lastScore: piece.last?.score ?? 0)
            })
    }

    /// Ranks by their definition: one more than the number of better entries.
    private static func expected(
        _ entries: [BoardEntry], _ filter: BotFilter, offset: Int, count: Int
    ) -> [(Int64, UInt64)] {
        let admitted = entries.filter { filter.admits($0.bot) }
        return admitted.dropFirst(offset).prefix(count).map { entry in
            (entry.contributorId, UInt64(admitted.filter { $0.score > entry.score }.count + 1))
        }
    }

    @Test(arguments: [BotFilter.include, .exclude, .only], [Int64(5), 40, 1_000_000])
    func `every page has the ranks of the whole board`(filter: BotFilter, spread: Int64) {
        let entries = Self.entries(300, spread: spread)
        let size = 16
        let map = Self.map(entries, size: size)
        for (offset, count) in [(0, 10), (1, 1), (13, 50), (17, 16), (100, 200), (250, 100)] {
            let want = Self.expected(entries, filter, offset: offset, count: count)
            let slice = map.slice(filter, offset: UInt64(offset), count: UInt64(count))
            let got = slice.map { slice in
                let read = slice.places.flatMap { place in
                    entries[(Int(place) * size)..<min((Int(place) + 1) * size, entries.count)]
                }
                return PageCutter.cut(read, slice, filter, count: count)
            }
            #expect((got ?? []).map(\.contributorId) == want.map(\.0))
            #expect((got ?? []).map(\.rank) == want.map(\.1))
        }
    }

    @Test func `ranks are 1, 2, 2, 4`() {
        var ranker = Ranker()
        #expect([9, 5, 5, 1, 1, 1, 0].map { ranker.next($0) } == [1, 2, 2, 4, 4, 4, 7])
    }

    @Test func `a search ranks on the whole board`() {
        let entries = [("ann", 9), ("bob", 5), ("joanna", 5), ("carl", 1)].enumerated().map {
            BoardEntry(
                contributorId: Int64($0.offset), login: $0.element.0, score: Int64($0.element.1))
        }
        let found = PageCutter.search(entries, "ANN", .include, offset: 0, count: 10)
        #expect(found.total == 2)
        #expect(found.page.map(\.rank) == [1, 2])
        let second = PageCutter.search(entries, "ann", .include, offset: 1, count: 10)
        #expect(second.page.map(\.login) == ["joanna"])
    }

    @Test func `a window's days end with its day`() {
        #expect(BoardKey.days(of: "7d", asOf: 100, data: 1...90) == 94...100)
        #expect(BoardKey.days(of: "all", asOf: 100, data: 1...90) == 1...90)
    }
}
