/// The beginning of a connection, alike on both sides: preface, then one HELLO.
@usableFromInline struct ConnectionSetup: Sendable {
    @usableFromInline enum State: Equatable, Sendable {
        case preface
        case hello
        case done
    }

    @usableFromInline var state = State.preface
    private var first: [UInt8] = []

    enum Outcome: Equatable {
        /// More bytes must come.
        case wait
        /// The preface is right; `rest` is what came behind it.
        case begun(rest: [UInt8])
        /// The peer speaks something else, or another version of ours.
        case refused(Preface.Reading, seen: [UInt8])
    }

    /// Takes bytes while the preface is not complete.
    mutating func receive(_ bytes: UnsafeRawBufferPointer) -> Outcome {
        self.first.append(contentsOf: bytes)
        let reading = Preface.read(self.first)
        switch reading {
        case .incomplete: return .wait
        case .valid:
            self.state = .hello
            defer { self.first = [] }
            return .begun(rest: Array(self.first.dropFirst(Preface.bytes.count)))
        case .otherVersion, .http, .tls, .foreign:
            return .refused(reading, seen: Array(self.first.prefix(32)))
        }
    }

    /// The HELLO of a frame, checked and cut to the legal ceilings.
    mutating func hello(_ frame: Frame) throws(ConnectionFault) -> Hello {
        guard frame.type == .hello, self.state == .hello else {
            throw ConnectionFault(.handshake, "\(frame.type) where HELLO was due")
        }
        guard let hello = try? Hello(decoding: frame.header), frame.body.isEmpty else {
            throw ConnectionFault(.handshake, "a HELLO that does not parse")
        }
        if let fault = hello.fault { throw ConnectionFault(.handshake, fault) }
        self.state = .done
        return hello.clamped()
    }
}
