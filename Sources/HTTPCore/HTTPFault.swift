/// Why a request is not served; the connection is closed behind the answer.
public struct HTTPFault: Error, Sendable, Hashable {
    /// Status of the answer: 400, 408, 413, 414, 431, 501 or 505.
    public let status: Int
    /// What is wrong, for the sender.
    public let detail: String

    /// Makes a fault.
    public init(_ status: Int, _ detail: String) {
        self.status = status
        self.detail = detail
    }
}
