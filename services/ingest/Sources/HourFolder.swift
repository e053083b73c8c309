import Crypto
import GitHubData
import Glibc
import ServiceKit

/// Hour files in a folder.
struct HourFolder: HourFiles {
    private static let pieceBytes = 256 << 10

    let path: String

    /// The marker that `demo-archive` leaves.
    var isDemonstration: Bool { access(path + "/" + DemoArchive.marker, F_OK) == 0 }

    func read(
        _ hour: ArchiveHour, _ body: (UnsafeRawBufferPointer) throws -> Void
    ) async throws -> UInt64? {
        let file = open(path + "/" + hour.fileName, O_RDONLY | O_CLOEXEC)
        if file < 0, errno == ENOENT { return nil }
        guard file >= 0 else { throw Self.unreadable(hour, errno) }
        defer { close(file) }
        let piece = UnsafeMutableRawBufferPointer.allocate(
            byteCount: Self.pieceBytes, alignment: 64)
        defer { piece.deallocate() }
        var bytes: UInt64 = 0
        while true {
            try Task.checkCancellation()
            let count = Glibc.read(file, piece.baseAddress, piece.count)
            if count == 0 { return bytes }
            guard count > 0 else {
                if errno == EINTR { continue }
                throw Self.unreadable(hour, errno)
            }
            bytes += UInt64(count)
            try body(UnsafeRawBufferPointer(rebasing: piece[..<count]))
        }
    }

    private static func unreadable(_ hour: ArchiveHour, _ number: Int32) -> JobFailure {
        JobFailure(
            code: "archive_unreadable",
            message: "\(hour.fileName) cannot be read: \(String(cString: strerror(number)))",
            // Out of descriptors or memory passes; missing rights do not.
            canPass: number == EMFILE || number == ENFILE || number == EIO || number == ENOMEM)
    }

    func candidates(since: CivilDay, until: CivilDay) throws -> [ArchiveHour] {
        guard let folder = opendir(path) else {
            throw JobFailure(
                code: "archive_unreadable", message: "the archive's folder cannot be read",
                canPass: false)
        }
        defer { closedir(folder) }
        var names: Set<String> = []
        while let entry = readdir(folder) {
            withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                _ = names.insert(String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self))
            }
        }
        let days = (since.rawValue...until.rawValue).map(CivilDay.init(rawValue:))
        return ArchiveHour.covering(days).reversed().filter { names.contains($0.fileName) }
    }

    var kind: SourceKind { .folder }

    func offer(_ hours: [ArchiveHour]) -> SourceOffer {
        var offer = SourceOffer()
        for hour in hours {
            var facts = stat()
            if stat(path + "/" + hour.fileName, &facts) == 0 {
                offer.bytes += UInt64(clamping: facts.st_size)
            } else {
                offer.hoursMissing += 1
            }
        }
        return offer
    }

    func fingerprint(of hours: [ArchiveHour]) -> [UInt8]? {
        var text = ""
        for hour in hours {
            var facts = stat()
            guard stat(path + "/" + hour.fileName, &facts) == 0 else { continue }
            text += "\(hour) \(facts.st_size) \(facts.st_mtim.tv_sec).\(facts.st_mtim.tv_nsec)\n"
        }
        return SHA256.digest(of: text)
    }
}
