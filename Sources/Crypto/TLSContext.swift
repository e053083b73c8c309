private import COpenSSL

/// The settings that many TLS sessions of one side share: TLS 1.3 alone, one application protocol
/// (RFC 7301), no resumption, so that every connection is judged by the certificates of today.
public final class TLSContext: Sendable {
    /// Which end of a connection.
    public enum Side: Sendable, Hashable {
        /// Calls.
        case client
        /// Takes calls; with authorities, from clients with a certificate alone.
        case server
    }

    /// Which end it is for.
    public let side: Side
    /// The application protocol that both sides must name.
    public let protocolName: String
    /// The address of the SSL_CTX, as a number: OpenSSL counts its users atomically, and nothing
    /// changes it once `init` is over.
    private let address: UInt
    /// The protocol's name as it travels, with its length before it; OpenSSL's callback reads it.
    private let wireName: UInt

    /// Makes a context.
    ///
    /// - Throws: `TLSError` when the credentials cannot be used; dates are not looked at.
    public init(
        _ side: Side, _ credentials: TLSCredentials, protocolName: String
    ) throws(TLSError) {
        OpenSSL.prepare()
        guard let context = SSL_CTX_new(TLS_method()) else { throw TLSError("OpenSSL is not well") }
        let name = Array(protocolName.utf8)
        let buffer = UnsafeMutablePointer<UInt8>.allocate(capacity: name.count + 1)
        buffer.initialize(to: UInt8(clamping: name.count))
        (buffer + 1).initialize(from: name, count: name.count)
        self.side = side
        self.protocolName = protocolName
        self.address = UInt(bitPattern: context)
        self.wireName = UInt(bitPattern: buffer)
        Self.setUp(context)
        try Self.show(credentials, in: context)
        try Self.believe(credentials.authorities, side, in: context)
        Self.agree(on: buffer, side, in: context)
    }

    deinit {
        SSL_CTX_free(OpaquePointer(bitPattern: self.address))
        UnsafeMutablePointer<UInt8>(bitPattern: self.wireName)?.deallocate()
    }

    /// A fresh SSL of this context.
    func makeSSL() -> OpaquePointer? { SSL_new(OpaquePointer(bitPattern: self.address)) }

    private static func setUp(_ context: OpaquePointer) {
        SSL_CTX_ctrl(context, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(TLS1_3_VERSION), nil)
        SSL_CTX_ctrl(context, SSL_CTRL_SET_SESS_CACHE_MODE, Int(SSL_SESS_CACHE_OFF), nil)
        SSL_CTX_set_num_tickets(context, 0)
        // An idle connection holds no record buffers: 34 KiB less each.
        SSL_CTX_ctrl(context, SSL_CTRL_MODE, Int(SSL_MODE_RELEASE_BUFFERS), nil)
    }

    private static func show(
        _ credentials: TLSCredentials, in context: OpaquePointer
    ) throws(TLSError) {
        guard !credentials.certificate.isEmpty else { return }
        let chain = Certificate.read(credentials.certificate)
        guard let leaf = chain.first, let key = PrivateKey(credentials.key), key.fits(leaf),
            SSL_CTX_use_certificate(context, leaf.pointer) == 1,
            SSL_CTX_use_PrivateKey(context, key.pointer) == 1
        else {
            ERR_clear_error()
            throw TLSError("the certificate and its key cannot be used")
        }
        for link in chain.dropFirst() {
            // 1: OpenSSL takes a reference of its own.
            SSL_CTX_ctrl(context, SSL_CTRL_CHAIN_CERT, 1, UnsafeMutableRawPointer(link.pointer))
        }
    }

    private static func believe(
        _ authorities: [UInt8], _ side: Side, in context: OpaquePointer
    ) throws(TLSError) {
        guard !authorities.isEmpty else {
            if side == .client {
                SSL_CTX_set_default_verify_paths(context)
                SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil)
            }
            return
        }
        let all = Certificate.read(authorities)
        guard !all.isEmpty else { throw TLSError("no authority can be read") }
        let store = SSL_CTX_get_cert_store(context)
        for authority in all {
            X509_STORE_add_cert(store, authority.pointer)
            if side == .server { SSL_CTX_add_client_CA(context, authority.pointer) }
        }
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nil)
    }

    /// A client that names no protocol is refused like one that names another: it must not learn
    /// by a later error that it came to the wrong place.
    private static func agree(
        on name: UnsafeMutablePointer<UInt8>, _ side: Side, in context: OpaquePointer
    ) {
        let count = UInt32(name.pointee) + 1
        guard side == .server else {
            SSL_CTX_set_alpn_protos(context, name, count)
            return
        }
        SSL_CTX_set_alpn_select_cb(
            context,
            { _, out, outCount, offered, offeredCount, own in
                guard let own = own?.assumingMemoryBound(to: UInt8.self) else {
                    return SSL_TLSEXT_ERR_ALERT_FATAL
                }
                var chosen: UnsafeMutablePointer<UInt8>?
                let status = SSL_select_next_proto(
                    &chosen, outCount, own, UInt32(own.pointee) + 1, offered, offeredCount)
                out?.pointee = UnsafePointer(chosen)
                return status == OPENSSL_NPN_NEGOTIATED
                    ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL
            }, name)
        SSL_CTX_set_client_hello_cb(
            context,
            { ssl, alert, _ in
                var bytes: UnsafePointer<UInt8>?
                var count = 0
                let extensionType = UInt32(
                    TLSEXT_TYPE_application_layer_protocol_negotiation)
                if SSL_client_hello_get0_ext(ssl, extensionType, &bytes, &count) == 1 {
                    return SSL_CLIENT_HELLO_SUCCESS
                }
                alert?.pointee = SSL_AD_NO_APPLICATION_PROTOCOL
                return SSL_CLIENT_HELLO_ERROR
            }, nil)
    }
}
