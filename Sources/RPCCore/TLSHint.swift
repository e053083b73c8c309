/// What is said when one side speaks TLS and the other does not, told by the first byte: a TLS
/// record begins with 0x16 or 0x15, this protocol with 0xF1, HTTP with a letter.
public enum TLSHint {
    /// Whether a connection that begins so speaks TLS.
    public static func isTLS(_ first: UInt8) -> Bool { first == 0x16 || first == 0x15 }

    /// What a port that wants TLS answers to a client that begins without, and why it closes.
    public static func answer(toPlaintext first: UInt8) -> (bytes: [UInt8], reason: String) {
        switch first {
        case Preface.bytes[0]:
            return (
                self.farewell("this port takes TLS alone; give the client a CA file"),
                "the client speaks Tally RPC without TLS"
            )
        case 65...90: return (Preface.httpAnswer, "the peer speaks HTTP without TLS")
        case _: return ([], "the peer speaks something else, without TLS")
        }
    }

    /// Why a client that speaks TLS cannot go on with a server that begins so.
    public static func reason(forPlaintext first: UInt8) -> String {
        first == Preface.bytes[0]
            ? "the server speaks Tally RPC without TLS; leave the TLS settings away for it"
            : "the server does not speak TLS"
    }

    /// What a port without TLS answers to a client that begins with it.
    static let answerToTLS = Self.farewell("this port speaks no TLS")

    private static func farewell(_ reason: String) -> [UInt8] {
        let goAway = GoAway(lastStream: 0, code: .handshake, reason: reason)
        return Preface.bytes + Frame.encoded(.goAway, header: goAway.encoded())
    }
}
