import JSON

/// What Google's answers about jobs and results mean; whole numbers travel as text in them.
enum BigQueryReply {
    /// A job as `jobs.get` and `jobs.insert` show it.
    struct Job: Hashable, Sendable {
        /// `PENDING`, `RUNNING` or `DONE`.
        var state: String
        /// Why it failed; nil while it runs, and when it went well.
        var fault: BigQueryFault?
        var bytesProcessed: Int64
        /// nil = not known yet.
        var bytesBilled: Int64?

        var isDone: Bool { state == "DONE" }
    }

    /// A page of a job's rows.
    struct Page: Hashable, Sendable {
        /// False: the job is not done; there is nothing else.
        var isComplete: Bool
        var rows: BigQueryRows?
        var content: [JSONValue] = []
        /// nil = the last one.
        var nextToken: String?
        var totalRows: Int64 = 0
    }

    static func job(_ json: JSONValue) throws(BigQueryFault) -> Job {
        guard let status = json["status"], let state = status["state"]?.string else {
            throw .badReply("a job without a state")
        }
        let statistics = json["statistics"]
        let query = statistics?["query"]
        return Job(
            state: state, fault: fault(status["errorResult"]),
            bytesProcessed: number(query?["totalBytesProcessed"])
                ?? number(statistics?["totalBytesProcessed"]) ?? 0,
            bytesBilled: number(query?["totalBytesBilled"]))
    }

    /// - Throws: what the job failed of: it may come as 200 with `errors`.
    static func page(_ json: JSONValue) throws(BigQueryFault) -> Page {
        guard let isComplete = json["jobComplete"]?.bool else {
            if let fault = fault(json["errors"]?.array?.first) { throw fault }
            throw .badReply("a result that does not say whether it is complete")
        }
        guard isComplete else { return Page(isComplete: false) }
        // Beside rows, `errors` are warnings; without a schema the job failed.
        guard let schema = json["schema"] else {
            throw fault(json["errors"]?.array?.first) ?? .badReply("a result without a schema")
        }
        do {
            return Page(
                isComplete: true, rows: try BigQueryRows(schema: schema),
                content: json["rows"]?.array ?? [], nextToken: json["pageToken"]?.string,
                totalRows: number(json["totalRows"]) ?? 0)
        } catch { throw .badReply(error.message) }
    }

    private static func fault(_ error: JSONValue?) -> BigQueryFault? {
        guard let error, error != .null else { return nil }
        return BigQueryFault(job: error)
    }

    /// A whole number, as text or as it is.
    static func number(_ json: JSONValue?) -> Int64? {
        json?.int ?? json?.string.flatMap { Int64($0) }
    }
}
