/// One file of the dashboard, held inside the program.
public struct WebPage: Sendable {
    /// Path below the gateway's root, such as `/board.js`; `/` is the page itself.
    public let path: String
    /// Value of the Content-Type header.
    public let contentType: String
    /// The file as it is sent.
    public let bytes: [UInt8]

    init(_ path: String, _ contentType: String, _ bytes: [UInt8]) {
        self.path = path
        self.contentType = contentType
        self.bytes = bytes
    }
}

/// The dashboard's files (http.md section 5): plain modules, no build step, no other host.
public enum WebPages {
    private static let script = "text/javascript; charset=utf-8"

    /// Every file, in no particular order; paths are unique.
    public static let all: [WebPage] = [
        WebPage("/", "text/html; charset=utf-8", PackageResources.index_html),
        WebPage("/app.css", "text/css; charset=utf-8", PackageResources.app_css),
        WebPage("/favicon.svg", "image/svg+xml", PackageResources.favicon_svg),
        WebPage("/main.js", script, PackageResources.main_js),
        WebPage("/api.js", script, PackageResources.api_js),
        WebPage("/dom.js", script, PackageResources.dom_js),
        WebPage("/format.js", script, PackageResources.format_js),
        WebPage("/parts.js", script, PackageResources.parts_js),
        WebPage("/board.js", script, PackageResources.board_js),
        WebPage("/budget.js", script, PackageResources.budget_js),
        WebPage("/compare.js", script, PackageResources.compare_js),
        WebPage("/contributor.js", script, PackageResources.contributor_js),
        WebPage("/coverage.js", script, PackageResources.coverage_js),
        WebPage("/dialog.js", script, PackageResources.dialog_js),
        WebPage("/formula.js", script, PackageResources.formula_js),
        WebPage("/heatmap.js", script, PackageResources.heatmap_js),
        WebPage("/people.js", script, PackageResources.people_js),
        WebPage("/github.js", script, PackageResources.github_js),
        WebPage("/plan.js", script, PackageResources.plan_js),
        WebPage("/repositories.js", script, PackageResources.repositories_js),
        WebPage("/scrape.js", script, PackageResources.scrape_js),
        WebPage("/jobs.js", script, PackageResources.jobs_js),
        WebPage("/logs.js", script, PackageResources.logs_js),
        WebPage("/logstream.js", script, PackageResources.logstream_js),
        WebPage("/why.js", script, PackageResources.why_js),
        WebPage("/windows.js", script, PackageResources.windows_js),
    ]

    private static let byPath = Dictionary(uniqueKeysWithValues: all.map { ($0.path, $0) })

    /// The file at a path, or nil when there is none.
    public static func page(at path: String) -> WebPage? { self.byPath[path] }
}
