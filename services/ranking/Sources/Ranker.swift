import TallyAPI

/// Ranks 1, 2, 2, 4: equal scores share a rank, the next one counts everybody before it.
struct Ranker {
    private var position: UInt64
    private var rank: UInt64
    private var score: Int64?

    /// Starts behind `before` entries.
    ///
    /// - Parameter tied: how many of them, at the end, have the score `score`.
    init(before: UInt64 = 0, tied: UInt64 = 0, score: Int64? = nil) {
        self.position = before
        self.rank = before - tied + 1
        self.score = tied > 0 ? score : nil
    }

    /// The rank of the next entry, which has no higher score than the one before.
    mutating func next(_ score: Int64) -> UInt64 {
        self.position += 1
        if score != self.score {
            self.rank = self.position
            self.score = score
        }
        return self.rank
    }
}

/// Who stands on a board that was asked for.
extension BotFilter {
    /// Whether the entry stays.
    func admits(_ isBot: Bool) -> Bool {
        switch self {
        case .include: true
        case .only: isBot
        case _: !isBot
        }
    }
}
