import Testing

/// Rules of the house that a reader would otherwise have to police.
@Suite struct HouseRuleTests {
    static let fileLinesMax = 600
    static let lineColumnsMax = 100
    static let uncheckedSendableMax = 6

    static var handWritten: [SourceFile] {
        (SourceTree.sources + SourceTree.tests).filter { file in
            !file.path.hasPrefix("Tests/FloorPlanTests")
        }
    }

    @Test func `no file is longer than six hundred lines`() {
        for file in Self.handWritten {
            #expect(file.lines.count <= Self.fileLinesMax + 1, "\(file.path)")
        }
    }

    @Test func `no line is wider than a hundred columns`() {
        for file in Self.handWritten {
            for (number, line) in file.lines.enumerated() where line.count > Self.lineColumnsMax {
                Issue.record("\(file.path):\(number + 1) has \(line.count) columns")
            }
        }
    }

    @Test(arguments: [
        "try" + "!", " as" + "! ", "fatal" + "Error(", "TO" + "DO", "FIX" + "ME",
        "nonisolated(un" + "safe)", "Task.de" + "tached",
    ])
    func `a banned word stands nowhere`(word: String) {
        for file in Self.handWritten {
            for (number, line) in file.lines.enumerated() where line.contains(word) {
                Issue.record("\(file.path):\(number + 1) has \(word)")
            }
        }
    }

    @Test func `no error is swallowed by an empty catch`() {
        for file in Self.handWritten {
            let empty = file.lines.contains { $0.contains("catch {}") || $0.contains("catch { }") }
            #expect(!empty, "\(file.path)")
        }
    }

    @Test func `unchecked Sendable stays rare and says why`() {
        var uses = 0
        for file in SourceTree.sources {
            for (number, line) in file.lines.enumerated()
            where line.contains("@unchecked Sendable") && !line.contains("//") {
                uses += 1
                let reason = file.lines[max(0, number - 12)..<number].contains {
                    $0.trimmingPrefix(while: \.isWhitespace).hasPrefix("//")
                }
                #expect(reason, "\(file.path):\(number + 1) does not say what makes it safe")
            }
        }
        #expect(uses <= Self.uncheckedSendableMax)
    }

    @Test func `every public declaration is documented`() {
        let declaration =
            /^\s*(?:@\w+(?:\([^)]*\))? )*public (?!import|extension)(?:\w+ )*(?:struct|class|enum|protocol|func|init|var|let|actor|typealias|static|subscript)\b/
        for file in SourceTree.sources {
            for (number, line) in file.lines.enumerated()
            where line.contains("public ") && line.contains(declaration) {
                var above = number - 1
                while above >= 0, file.lines[above].contains(/^\s*(@|\)|#if)/) { above -= 1 }
                let told = above >= 0 && file.lines[above].contains(/^\s*\/\/\//)
                #expect(told, "\(file.path):\(number + 1) is public and undocumented")
            }
        }
    }

    @Test func `SQL stands in migrations and stores alone`() {
        let statement = /"\s*(?:select|insert into|update|delete from|create table) \w/
            .ignoresCase()
        for file in SourceTree.sources where file.path.hasPrefix("services/") {
            guard !file.name.contains(/Store(\+\w+)?\.swift$/) else { continue }
            for (number, line) in file.lines.enumerated()
            where line.contains("\"") && line.contains(statement) {
                Issue.record("\(file.path):\(number + 1) holds SQL")
            }
        }
    }

    @Test func `no test waits by sleeping`() {
        let sleeping = /\b(?:Task\.sleep|usleep|nanosleep|Thread\.sleep)\b/
        for file in SourceTree.tests where !file.path.hasPrefix("Tests/FloorPlanTests") {
            for (number, line) in file.lines.enumerated()
            where line.contains("sleep") && line.contains(sleeping) {
                Issue.record("\(file.path):\(number + 1) sleeps")
            }
        }
    }

    @Test func `the project names no machine path and no package registry`() {
        let foreign = /(?:^|[^\w.])\/(?:work|home\/\w+|root)\/|pypi\.org|npmjs|github\.com\/apple/
        let folders = ["Sources", "services", "Tests", "deploy", "proto"]
        for suffix in [".swift", ".md", ".sh", ".py", ".proto", ".sql", ".js", ".css", ".html"] {
            for file in SourceTree.files(under: folders, ending: suffix)
            where !file.path.hasPrefix("Tests/FloorPlanTests") {
                for (number, line) in file.lines.enumerated()
                where line.utf8.contains(47) && line.contains(foreign) {
                    Issue.record("\(file.path):\(number + 1) names a place outside the project")
                }
            }
        }
    }
}
