import TallyAPI
import Testing

@testable import Ranking

/// The map of a board against a plain sorted list.
@Suite struct BoardMapTests {
    private struct Entry: Hashable {
        let key: BoardMap.Key
        let bot: Bool
    }

    private static func entries(_ count: Int, spread: Int64) -> [Entry] {
        var random = SystemRandomNumberGenerator()
        return (1...count).map { id in
            Entry(
                key: BoardMap.Key(
                    place: -Int64.random(in: 0..<spread, using: &random), id: Int64(id)),
                bot: id % 7 == 0)
        }
    }

    private static func sorted(_ entries: some Sequence<Entry>) -> [(key: BoardMap.Key, bot: Bool)]
    {
        entries.sorted { $0.key < $1.key }.map { ($0.key, $0.bot) }
    }

    /// What the stretches say against what the entries are.
    private static func expect(_ map: BoardMap, holds entries: some Sequence<Entry>) {
        let list = self.sorted(entries)
        #expect(map.total(.include) == Int64(list.count))
        #expect(map.total(.only) == Int64(list.filter(\.bot).count))
        for (index, stretch) in map.stretches.enumerated() {
            let next = index + 1 < map.stretches.count ? map.stretches[index + 1].first : nil
            let inside = list.filter { entry in
                entry.key >= stretch.first && next.map { entry.key < $0 } ?? true
            }
            #expect(inside.count == Int(stretch.entries))
            #expect(inside.filter(\.bot).count == Int(stretch.bots))
        }
    }

    @Test(arguments: [BotFilter.include, .exclude, .only], [Int64(3), 400, 1_000_000])
    func `a page begins where the sorted list has it`(filter: BotFilter, spread: Int64) {
        let entries = Self.entries(1500, spread: spread)
        let list = Self.sorted(entries)
        let map = BoardMap(keys: list)
        let admitted = list.filter { filter.admits($0.bot) }
        for offset in [0, 1, 13, 255, 256, 257, 1000, admitted.count - 1] {
            guard offset < admitted.count else { continue }
            let start = map.start(filter, offset: Int64(offset))
            let read = list.filter { entry in start.map { entry.key >= $0.first } ?? false }
                .filter { filter.admits($0.bot) }
            #expect(read.dropFirst(Int(start?.skip ?? 0)).first?.key == admitted[offset].key)
        }
        #expect(map.start(filter, offset: Int64(admitted.count)) == nil)
    }

    @Test(arguments: [BotFilter.include, .exclude, .only], [Int64(3), 400])
    func `what stands before a score is counted from the right key on`(
        filter: BotFilter, spread: Int64
    ) {
        let list = Self.sorted(Self.entries(1500, spread: spread))
        let map = BoardMap(keys: list)
        for place in Set(list.map(\.key.place)).union([-spread - 1, 1]) {
            guard let before = map.before(place: place, filter) else { continue }
            let rest = list.filter {
                filter.admits($0.bot) && $0.key >= before.from && $0.key.place < place
            }
            let want = list.filter { filter.admits($0.bot) && $0.key.place < place }.count
            #expect(Int(before.counted) + rest.count == want)
        }
    }

    @Test func `adding and removing keeps it true, whatever the order`() {
        var random = SystemRandomNumberGenerator()
        var all = Set(Self.entries(700, spread: 50))
        var map = BoardMap(keys: Self.sorted(all))
        for round in 0..<600 {
            if round % 3 == 0, let entry = all.randomElement(using: &random) {
                all.remove(entry)
                map.remove(entry.key, bot: entry.bot)
            } else {
                let key = BoardMap.Key(
                    place: -Int64.random(in: -5...60, using: &random), id: Int64(10_000 + round))
                all.insert(Entry(key: key, bot: round % 5 == 0))
                map.add(key, bot: round % 5 == 0)
            }
        }
        Self.expect(map, holds: all)
        for entry in all { map.remove(entry.key, bot: entry.bot) }
        #expect(map.total(.include) == 0)
        #expect(map.stretches.isEmpty)
        map.add(BoardMap.Key(place: -1, id: 1), bot: false)
        #expect(map.total(.include) == 1)
    }

    @Test(arguments: [1023, 1024, 1025])
    func `a stretch beyond its limit is cut anew`(count: Int) {
        var map = BoardMap()
        let entries = (0..<count).map {
            Entry(key: BoardMap.Key(place: 0, id: Int64($0)), bot: $0 % 2 == 0)
        }
        for entry in entries { map.add(entry.key, bot: entry.bot) }
        #expect(map.overlong.count == (count > 1024 ? 1 : 0))
        for range in map.overlong { map.cut(range.from, along: Self.sorted(entries)) }
        Self.expect(map, holds: entries)
        #expect(map.overlong.isEmpty)
    }

    @Test func `ranks are 1, 2, 2, 4`() {
        var ranker = Ranker()
        #expect([9, 5, 5, 1, 1, 1, 0].map { ranker.next($0) } == [1, 2, 2, 4, 4, 4, 7])
    }

    @Test func `a window's days end with its day`() {
        #expect(BoardKey.days(of: "7d", asOf: 100, data: 1...90) == 94...100)
        #expect(BoardKey.days(of: "all", asOf: 100, data: 1...90) == 1...90)
    }
}
