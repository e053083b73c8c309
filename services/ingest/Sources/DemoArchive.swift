import Archive
import GitHubData
import Glibc
import ServiceHost
import ServiceKit

/// `demo-archive`: writes hour files of an invented project, for trying Tally without a network.
///
/// The same arguments give the same bytes. A marker file says that nothing in it is real, and every
/// page that shows it says so, too.
enum DemoArchive {
    /// The file that tells a demonstration from the real thing.
    static let marker = "demonstration.json"

    private static let usage =
        "DIR [--days 60] [--until YYYY-MM-DD] [--seed 1]  writes an invented archive"
    private static let daysMax = 730
    private static let wrongUsage: Int32 = 2

    static let command = ProgramCommand(name: "demo-archive", usage: usage) { await run($0) }

    /// Runs the command; the exit code.
    static func run(_ arguments: [String]) async -> Int32 {
        do {
            let parsed = try CommandLineArguments(
                arguments, switches: [], options: ["--days", "--until", "--seed"])
            guard let folder = parsed.words.first, parsed.words.count == 1 else {
                throw UsageError("DIR is missing")
            }
            let days = try parsed.integer("--days", default: 60, in: 2...daysMax)
            let seed = try parsed.integer("--seed", default: 1, in: 0...Int(Int32.max))
            let until = try parsed.day("--until") ?? yesterday()
            let world = DemoWorld(
                since: until.advanced(by: 1 - days), until: until, seed: UInt64(seed))
            try write(world, seed: seed, to: folder)
            return 0
        } catch let error as UsageError {
            say("\(error.message)\nusage: tally-ingest demo-archive \(usage)")
            return wrongUsage
        } catch {
            say("\(error)")
            return 1
        }
    }

    private static func yesterday() -> CivilDay {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return CivilDay(microseconds: Int64(now.tv_sec) * 1_000_000).advanced(by: -1)
    }

    static func write(_ world: DemoWorld, seed: Int, to folder: String) throws {
        guard mkdir(folder, 0o755) == 0 || errno == EEXIST else { throw fault("made") }
        var world = world
        var (files, events) = (0, 0)
        for day in world.days {
            for hour in 0..<24 {
                let lines = world.lines(of: ArchiveHour(day, hour))
                let text = lines.map { $0 + "\n" }.joined()
                try save(
                    GzipWriter.compress(Array(text.utf8)),
                    as: folder + "/" + ArchiveHour(day, hour).fileName)
                files += 1
                events += lines.count
            }
        }
        try save(Array(markerText(world, seed: seed).utf8), as: folder + "/" + marker)
        say("\(events) invented events in \(files) hours, from \(world.days[0])")
    }

    private static func markerText(_ world: DemoWorld, seed: Int) -> String {
        let names = world.repositoryNames.map { "\"\($0)\"" }.joined(separator: ",")
        return "{\"demonstration\":true,\"repositories\":[\(names)],"
            + "\"since\":\"\(world.days[0])\",\"until\":\"\(world.days[world.days.count - 1])\","
            + "\"seed\":\(seed)}\n"
    }

    private static func save(_ bytes: [UInt8], as path: String) throws {
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw fault("written") }
        defer { close(file) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            guard count > 0 else { throw fault("written") }
            rest = rest.dropFirst(count)
        }
    }

    private static func fault(_ what: String) -> UsageError {
        UsageError("the archive cannot be \(what): \(String(cString: strerror(errno)))")
    }

    private static func say(_ text: String) {
        let bytes = Array((text + "\n").utf8)
        _ = Glibc.write(STDERR_FILENO, bytes, bytes.count)
    }
}
