private import CEpoll

/// What the process shows of its memory.
public enum ProcessMemory {
    /// Keeps secrets out of core dumps and away from other processes of the same user (prctl(2)).
    public static func hide() { tally_hide_memory() }

    /// Gives memory that is free back to the system (malloc_trim(3)); takes a millisecond or a few.
    public static func giveBack() { tally_give_memory_back() }
}
