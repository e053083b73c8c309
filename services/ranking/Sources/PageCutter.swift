import TallyAPI

/// Cuts a page out of a generation's entries; pure, so that a test compares it with a plain sort.
enum PageCutter {
    /// Entries of a slice, ranked; those before the page are dropped.
    static func cut(
        _ entries: [BoardEntry], _ slice: ChunkMap.Slice, _ filter: BotFilter, count: Int
    ) -> [BoardEntry] {
        var ranker = Ranker(before: slice.before)
        var page: [BoardEntry] = []
        var skip = slice.skip
        for var entry in entries where filter.admits(entry.bot) {
            entry.rank = ranker.next(entry.score)
            if skip > 0 {
                skip -= 1
                continue
            }
            page.append(entry)
            if page.count == count { break }
        }
        return page
    }

    /// A page of the entries whose login holds a text, ranked on the whole board.
    static func search(
        _ entries: [BoardEntry], _ text: String, _ filter: BotFilter, offset: Int, count: Int
    ) -> (page: [BoardEntry], total: Int) {
        var ranker = Ranker()
        var found: [BoardEntry] = []
        let wanted = text.lowercased()
        for var entry in entries where filter.admits(entry.bot) {
            entry.rank = ranker.next(entry.score)
            if entry.login.lowercased().contains(wanted) { found.append(entry) }
        }
        return (Array(found.dropFirst(offset).prefix(count)), found.count)
    }
}
