private import COpenSSL

/// One end of one TLS connection, without a socket: bytes go in and come out on both sides.
///
/// The owner feeds ciphertext that arrived to `receive`, asks `advance` until the handshake is
/// over, then moves plaintext with `read` and `write`, and after each of these sends what
/// `takeOutput` gives. Not thread-safe.
public final class TLSSession {
    /// What a read came to.
    public enum Reading: Sendable, Hashable {
        /// So many bytes of plaintext, at least one.
        case bytes(Int)
        /// More ciphertext must come first.
        case needsMore
        /// The other side said that it sends nothing more.
        case ended
    }

    private let context: TLSContext
    private let ssl: OpaquePointer
    /// Ciphertext to and from OpenSSL; both belong to `ssl`.
    private let (input, output): (OpaquePointer, OpaquePointer)
    private let wantedName: String?
    /// Plaintext since the last change of our key.
    private var bytesUnderKey = 0

    /// Plaintext that one key encrypts; RFC 8446 section 5.5 wants less than 2^24.5 records of
    /// 16 KiB, which is 380 GB.
    var bytesPerKey = 1 << 36

    /// Whether the handshake is over and both sides are content.
    public private(set) var isEstablished = false
    /// Who the other side is; nil before the handshake's end, and for a client without certificate.
    public private(set) var identity: PeerIdentity?

    /// A session of a server.
    ///
    /// - Throws: `TLSError` when there is no memory.
    public convenience init(accepting context: TLSContext) throws(TLSError) {
        try self.init(context, wantedName: nil)
        SSL_set_accept_state(self.ssl)
    }

    /// A session of a client.
    ///
    /// - Parameter name: DNS name or address that the server's certificate must hold.
    /// - Throws: `TLSError` when the name cannot be checked.
    public convenience init(calling name: String, _ context: TLSContext) throws(TLSError) {
        try self.init(context, wantedName: name)
        SSL_set_connect_state(self.ssl)
        if X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(self.ssl), name) == 1 { return }
        SSL_set_hostflags(self.ssl, UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS))
        guard SSL_set1_host(self.ssl, name) == 1 else {
            throw TLSError("\(name) is no name that a certificate could hold")
        }
        var bytes = Array(name.utf8CString)
        SSL_ctrl(
            self.ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, Int(TLSEXT_NAMETYPE_host_name), &bytes)
    }

    private init(_ context: TLSContext, wantedName: String?) throws(TLSError) {
        guard let ssl = context.makeSSL(), let input = BIO_new(BIO_s_mem()),
            let output = BIO_new(BIO_s_mem())
        else { throw TLSError("no memory for a TLS session") }
        SSL_set_bio(ssl, input, output)
        self.context = context
        self.ssl = ssl
        (self.input, self.output) = (input, output)
        self.wantedName = wantedName
    }

    deinit { SSL_free(self.ssl) }

    /// Takes ciphertext that arrived.
    public func receive(_ ciphertext: UnsafeRawBufferPointer) {
        guard let start = ciphertext.baseAddress else { return }
        BIO_write(self.input, start, Int32(clamping: ciphertext.count))
    }

    /// Goes on with the handshake.
    ///
    /// - Returns: whether it is over.
    /// - Throws: `TLSError`: why the other side was refused, or refused this one.
    public func advance() throws(TLSError) -> Bool {
        if self.isEstablished { return true }
        ERR_clear_error()
        let status = SSL_do_handshake(self.ssl)
        guard status == 1 else {
            if SSL_get_error(self.ssl, status) == SSL_ERROR_WANT_READ { return false }
            throw self.failure
        }
        guard self.agreesOnProtocol else {
            throw TLSError("the server speaks TLS, but not \(self.context.protocolName)")
        }
        if let certificate = SSL_get1_peer_certificate(self.ssl) {
            self.identity = PeerIdentity(certificate: certificate)
            X509_free(certificate)
        }
        self.isEstablished = true
        return true
    }

    private var agreesOnProtocol: Bool {
        var name: UnsafePointer<UInt8>?
        var count: UInt32 = 0
        SSL_get0_alpn_selected(self.ssl, &name, &count)
        return UnsafeBufferPointer(start: name, count: Int(count))
            .elementsEqual(self.context.protocolName.utf8)
    }

    /// Fills a buffer with plaintext.
    ///
    /// - Throws: `TLSError` when the other side broke the protocol or refused this one.
    public func read(into buffer: UnsafeMutableRawBufferPointer) throws(TLSError) -> Reading {
        var have = 0
        while have < buffer.count {
            ERR_clear_error()
            var count = 0
            let start = buffer.baseAddress?.advanced(by: have)
            if SSL_read_ex(self.ssl, start, buffer.count - have, &count) == 1 {
                have += count
                continue
            }
            if have > 0 { break }
            switch SSL_get_error(self.ssl, 0) {
            case SSL_ERROR_WANT_READ: return .needsMore
            case SSL_ERROR_ZERO_RETURN: return .ended
            case _: throw self.failure
            }
        }
        return .bytes(have)
    }

    /// Encrypts plaintext; the handshake must be over.
    ///
    /// - Throws: `TLSError` when the connection is broken already.
    public func write(_ plaintext: [UInt8]) throws(TLSError) {
        guard !plaintext.isEmpty else { return }
        ERR_clear_error()
        var count = 0
        guard SSL_write_ex(self.ssl, plaintext, plaintext.count, &count) == 1 else {
            throw self.failure
        }
        self.bytesUnderKey += count
        if self.bytesUnderKey >= self.bytesPerKey { self.changeKeys() }
    }

    /// Takes a new key for what we send, and tells the other side.
    ///
    /// - Parameter both: whether the other side is asked to do the same.
    func changeKeys(both: Bool = false) {
        self.bytesUnderKey = 0
        SSL_key_update(self.ssl, both ? SSL_KEY_UPDATE_REQUESTED : SSL_KEY_UPDATE_NOT_REQUESTED)
        ERR_clear_error()
        SSL_do_handshake(self.ssl)
    }

    /// Tells the other side that nothing more comes.
    public func end() {
        ERR_clear_error()
        SSL_shutdown(self.ssl)
    }

    /// Takes the ciphertext that waits to be sent; empty when there is none.
    public func takeOutput() -> [UInt8] {
        let count = BIO_ctrl_pending(self.output)
        guard count > 0 else { return [] }
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            filled = max(0, Int(BIO_read(self.output, buffer.baseAddress, Int32(clamping: count))))
        }
    }

    private var failure: TLSError {
        TLSError(
            TLSFailure.words(
                self.ssl, side: self.context.side, protocolName: self.context.protocolName,
                wantedName: self.wantedName))
    }
}
