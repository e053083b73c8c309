private import CEpoll

/// What the process shows of its memory.
public enum ProcessMemory {
    /// Keeps secrets out of core dumps and away from other processes of the same user (prctl(2)).
    public static func hide() { tally_hide_memory() }
}
