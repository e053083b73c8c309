internal import Glibc
public import ServiceKit
private import Sockets

/// What a program takes from the operating system; the rest of the house gets it as arguments.
public enum SystemAccess {
    /// The system's time of day.
    public static let clock = WallClock {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return Timestamp(rawValue: Int64(now.tv_sec) * 1_000_000 + Int64(now.tv_nsec) / 1000)
    }

    /// The environment.
    public static var environment: [String: String] {
        var variables: [String: String] = [:]
        var entry = environ
        while let text = entry.pointee {
            let pair = String(cString: text).split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if pair.count == 2 { variables[String(pair[0])] = String(pair[1]) }
            entry += 1
        }
        return variables
    }

    /// Writes a line to standard error, whole.
    public static func writeError(_ line: String) { self.write(line + "\n", to: 2) }

    /// How writing ended.
    public enum Writing: Sendable, Hashable {
        /// Everything is written.
        case whole
        /// Nobody reads it any more: a pipe whose other end is closed.
        case unread
        /// Some of it is not written, and somebody may miss it: the system's words for why.
        case failed(String)
    }

    /// Writes text to standard output.
    @discardableResult
    public static func writeOutput(_ text: String) -> Writing { self.write(text, to: 1) }

    @discardableResult
    private static func write(_ text: String, to descriptor: Int32) -> Writing {
        let bytes = Array(text.utf8)
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(
                    descriptor, $0.baseAddress?.advanced(by: written), bytes.count - written)
            }
            let fault = count < 0 ? errno : 0
            if fault == EPIPE { return .unread }
            if fault != 0 && fault != EINTR { return .failed(String(cString: strerror(fault))) }
            written += max(0, count)
        }
        return .whole
    }

    /// Whether a descriptor is a terminal.
    public static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

    /// Largest file read whole where nothing else is said: secrets, certificates, formulas.
    static let fileBytesMax = 1 << 20

    /// A file's text.
    public static func read(_ path: String) -> [UInt8]? {
        guard case .whole(let bytes) = self.readWhole(path, bytesMax: self.fileBytesMax) else {
            return nil
        }
        return bytes
    }

    /// What came of reading a file whole.
    enum Reading: Sendable, Hashable {
        case whole([UInt8])
        /// There is more than was asked for.
        case larger
        /// The system's words for why.
        case unreadable(String)
    }

    /// Everything in a file, or on standard input when there is no path.
    static func readWhole(_ path: String?, bytesMax: Int) -> Reading {
        guard let path else { return self.readAll(0, bytesMax) }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return .unreadable(String(cString: strerror(errno))) }
        defer { close(descriptor) }
        return self.readAll(descriptor, bytesMax)
    }

    private static func readAll(_ descriptor: Int32, _ bytesMax: Int) -> Reading {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65536)
        while bytes.count <= bytesMax {
            let count = Glibc.read(descriptor, &piece, piece.count)
            if count == 0 { return .whole(bytes) }
            let fault = count < 0 ? errno : 0
            if fault != 0 && fault != EINTR { return .unreadable(String(cString: strerror(fault))) }
            bytes += piece[..<max(0, count)]
        }
        return .larger
    }

    /// What changes whenever a file does: its number, length and time of change.
    static func stamp(of path: String) -> String {
        var facts = stat()
        guard stat(path, &facts) == 0 else { return "away" }
        let time = facts.st_mtim
        return "\(facts.st_dev):\(facts.st_ino) \(facts.st_size) \(time.tv_sec).\(time.tv_nsec)"
    }

    /// A secret's file, which nobody else may read.
    public static func readSecret(_ path: String) -> Result<String, ConfigurationReader.FileFault> {
        var facts = stat()
        guard stat(path, &facts) == 0 else { return .failure(.unreadable) }
        if facts.st_mode & 0o007 != 0 { return .failure(.tooOpen) }
        guard let bytes = self.read(path) else { return .failure(.unreadable) }
        return .success(String(decoding: bytes, as: UTF8.self))
    }

    /// Writes a file whole or not at all: into another name first.
    static func replace(_ path: String, with text: String) -> Bool {
        let temporary = path + ".new"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { return false }
        let writing = self.write(text, to: descriptor)
        close(descriptor)
        return writing == .whole && rename(temporary, path) == 0
    }

    /// What this machine is called.
    static var hostName: String {
        var name = [CChar](repeating: 0, count: 256)
        gethostname(&name, name.count - 1)
        return String(
            decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// `host:pid:start`, different for every process.
    static var instance: String {
        "\(self.hostName):\(getpid()):\(self.clock.now().rawValue)"
    }

    /// This process' number.
    static var processID: Int32 { getpid() }

    /// Whether a process of this machine runs; one that belongs to somebody else does.
    static func isAlive(_ process: Int32) -> Bool { kill(process, 0) == 0 || errno == EPERM }

    /// Bytes of memory that the process holds.
    static var residentBytes: UInt64 {
        let text = self.read("/proc/self/statm").map { String(decoding: $0, as: UTF8.self) } ?? ""
        let pages = text.split(separator: " ").dropFirst().first.flatMap { UInt64($0) } ?? 0
        return pages * UInt64(sysconf(Int32(_SC_PAGESIZE)))
    }

    /// What a service sets before anything else: no core with secrets in it, files for the owner,
    /// a closed pipe is an error and no end.
    static func harden() {
        ProcessMemory.hide()
        umask(0o077)
        signal(SIGPIPE, SIG_IGN)
    }

    /// Ends the process, without what libraries do at the end: event loops still run, and OpenSSL
    /// would take away the locks that they are about to use. Nothing waits to be written.
    static func end(_ code: Int32) -> Never { _exit(code) }
}
