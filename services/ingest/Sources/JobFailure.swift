import ServiceKit

/// Why a job did not go on: a stable word, words for people, and whether waiting may help.
struct JobFailure: Error, Hashable, Sendable {
    var code: String
    var message: String
    var canPass: Bool
}
