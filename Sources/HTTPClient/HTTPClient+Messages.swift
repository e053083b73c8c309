extension HTTPClient {
    /// A line of a head.
    public struct Header: Sendable, Hashable {
        /// Compared in any letter case.
        public var name: String
        /// Without blanks around it.
        public var value: String

        /// Makes a header.
        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// What to ask for.
    public struct Request: Sendable, Hashable {
        /// http or https.
        public var url: String
        /// Beside those that curl writes itself.
        public var headers: [Header]
        /// nil = GET; otherwise this is posted, be it empty.
        public var body: [UInt8]?
        /// The server may compress; what arrives is inflated.
        public var takesGzip = false
        /// First byte wanted; above 0 the rest of a body is asked for.
        public var offset: Int64
        /// The ETag that the bytes before `offset` had: another one starts the body again.
        public var etag: String?

        /// Makes a request.
        public init(
            url: String, headers: [Header] = [], body: [UInt8]? = nil, offset: Int64 = 0,
            etag: String? = nil
        ) {
            self.url = url
            self.headers = headers
            self.body = body
            self.offset = offset
            self.etag = etag
        }

        /// The lines that curl is told to send.
        ///
        /// - Throws: `Failure` `.refused` for a header that would not stay one line.
        func lines(agent: String) throws(Failure) -> [String] {
            var all = [Header("User-Agent", agent)] + self.headers
            if self.offset > 0 {
                all.append(Header("Range", "bytes=\(self.offset)-"))
                if let etag = self.etag { all.append(Header("If-Range", etag)) }
            }
            var lines: [String] = []
            for header in all {
                guard header.isWellFormed else {
                    throw Failure(kind: .refused, message: "a header is not well-formed")
                }
                // An empty value: curl would take the header out.
                lines.append(
                    header.value.isEmpty ? "\(header.name);" : "\(header.name): \(header.value)")
            }
            // Nobody waits for "100 Continue".
            return lines + ["Expect:"]
        }
    }

    /// What came back, its body aside.
    public struct Response: Sendable, Hashable {
        /// Such as 200; 206 = the rest that was asked for.
        public var status: Int
        /// In the order of their coming.
        public var headers: [Header]
        /// What the server asks to wait.
        public var retryAfter: Duration?

        /// Makes a response.
        public init(status: Int, headers: [Header] = [], retryAfter: Duration? = nil) {
            self.status = status
            self.headers = headers
            self.retryAfter = retryAfter
        }

        /// The first header of a name, in any letter case.
        public subscript(name: String) -> String? {
            let wanted = name.lowercased()
            return self.headers.first { $0.name.lowercased() == wanted }?.value
        }

        /// Names the version of the body; nil when the server has none.
        public var etag: String? { self["etag"] }
    }

    /// What came back, whole.
    public struct Answer: Sendable, Hashable {
        /// Status and headers.
        public var response: Response
        /// Empty without one.
        public var body: [UInt8]

        /// Makes an answer.
        public init(response: Response, body: [UInt8]) {
            self.response = response
            self.body = body
        }
    }

    /// How long and how much.
    public struct Limits: Sendable, Hashable {
        /// Until the connection stands, its TLS included.
        public var connect: Duration = .seconds(10)
        /// Of the whole exchange; nil = as long as bytes come.
        public var total: Duration?
        /// A stall: fewer than `slowestBytes` a second for so long; whole seconds.
        public var stall: Duration = .seconds(30)
        /// Bytes a second.
        public var slowestBytes = 512
        /// Of a head with all its lines: GitHub's have about 5 KiB.
        public var headBytes = 64 << 10
        /// Of a body that is kept, inflated: pages of 100 comments of 64 KiB stay below it.
        public var bodyBytes = 16 << 20

        /// The limits that fit an answer of an API.
        public init(total: Duration? = nil) { self.total = total }
    }

    /// The exchange did not come to its end.
    public struct Failure: Error, Sendable, Hashable {
        /// What kind of failure it was.
        public enum Kind: Sendable, Hashable {
            /// The address or a header cannot be sent.
            case refused
            /// The server's certificate or its TLS is wrong.
            case untrusted
            /// `shouldStop` said so, or the task was cancelled.
            case stopped
            /// A deadline passed, or next to nothing came.
            case timedOut
            /// The head or the body is larger than its limit.
            case tooLarge
            /// The connection did not come about, broke, or carried no HTTP.
            case broken
        }

        /// What kind of failure it was.
        public let kind: Kind
        /// Words without address.
        public let message: String
        /// The same with addresses, for logs.
        public let detail: String
        /// What came before the failure.
        public internal(set) var response: Response

        /// Whether the same may go well later.
        public var canPass: Bool {
            switch self.kind {
            case .refused, .untrusted, .tooLarge: false
            case .stopped, .timedOut, .broken: true
            }
        }

        /// Makes a failure.
        public init(kind: Kind, message: String, response: Response = Response(status: 0)) {
            self.kind = kind
            self.message = message
            self.detail = message
            self.response = response
        }

        /// - Parameter code: of curl.
        init(code: Int32, words: String, detail: String, response: Response) {
            self.kind = Self.kind(code, detail)
            self.message = words
            self.detail = detail.isEmpty ? words : detail
            self.response = response
        }

        private static let addresses: Set<Int32> = [1, 3]
        private static let certificates: Set<Int32> = [
            51, 53, 54, 58, 59, 60, 64, 66, 77, 80, 82, 83, 90, 91, 98,
        ]

        private static func kind(_ code: Int32, _ detail: String) -> Kind {
            switch code {
            case _ where self.addresses.contains(code): .refused
            case _ where self.certificates.contains(code): .untrusted
            // A handshake that the network cut off tells nothing about the server's TLS.
            case 35: detail.contains("SYSCALL") || detail.contains("reset") ? .broken : .untrusted
            case 28: .timedOut
            case 42: .stopped
            case _: .broken
            }
        }
    }
}

extension HTTPClient.Header {
    /// A name of token characters, and a value that stays on its line.
    var isWellFormed: Bool {
        let marks: Set<UInt8> = Set("!#$%&'*+-.^_`|~".utf8)
        let name = self.name.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
            case _: marks.contains(byte)
            }
        }
        let value = self.value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f || $0 == 0x09 }
        return name && value && !self.name.isEmpty
    }
}
