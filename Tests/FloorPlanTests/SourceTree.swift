import Foundation

/// A source file of the project, read once.
struct SourceFile: Sendable {
    /// Path from the project's root.
    let path: String
    let lines: [String]

    var name: String { String(self.path.split(separator: "/").last ?? "") }

    /// Modules that the file imports, in order.
    var imports: [String] {
        self.lines.compactMap { line in
            guard line.contains("import "), let match = line.firstMatch(of: Self.importLine) else {
                return nil
            }
            return String(match.1)
        }
    }

    private static var importLine: Regex<(Substring, Substring)> {
        /^(?:@\w+(?:\(\w+\))? )*(?:(?:public|package|internal|fileprivate|private) )?import (?:struct |class |func |enum )?(\w+)/
    }
}

/// All files of the checkout that the plan speaks of.
enum SourceTree {
    static let root: URL = {
        var url = URL(fileURLWithPath: #filePath)
        for _ in 0..<3 { url.deleteLastPathComponent() }
        return url
    }()

    /// Every Swift file of `Sources` and `services`, generated ones included.
    static let sources = files(under: ["Sources", "services"], ending: ".swift")
    static let tests = files(under: ["Tests"], ending: ".swift")

    /// Files below the folders whose path ends so.
    static func files(under folders: [String], ending suffix: String) -> [SourceFile] {
        folders.flatMap { folder -> [SourceFile] in
            let base = self.root.appendingPathComponent(folder)
            guard let paths = FileManager.default.enumerator(atPath: base.path) else { return [] }
            return paths.compactMap { $0 as? String }
                .filter { $0.hasSuffix(suffix) && !$0.contains("/.") && !$0.hasPrefix(".") }
                .compactMap { read("\(folder)/\($0)") }
        }
        .sorted { $0.path < $1.path }
    }

    /// One file, or nil when it is not text.
    static func read(_ path: String) -> SourceFile? {
        let url = self.root.appendingPathComponent(path)
        guard let text = try? String(contentsOf: url, encoding: .utf8) else { return nil }
        return SourceFile(path: path, lines: text.components(separatedBy: "\n"))
    }
}
