private import COpenSSL

/// Turns what OpenSSL left in the thread's error queue into words that tell what to do.
enum TLSFailure {
    /// Alerts of the other side are reasons above this number (RFC 8446 section 6).
    private static let alertBase: Int32 = 1000

    static func words(
        _ ssl: OpaquePointer, side: TLSContext.Side, protocolName: String, wantedName: String?
    ) -> String {
        let code = ERR_peek_error()
        defer { ERR_clear_error() }
        let other = side == .client ? "server" : "client"
        let reason = ERR_GET_REASON(code)
        switch reason {
        case SSL_R_CERTIFICATE_VERIFY_FAILED:
            return "the \(other)'s certificate is refused: \(self.verdict(ssl, wantedName))"
        case SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE:
            return "the client shows no certificate, and this server takes none without"
        case SSL_R_UNSUPPORTED_PROTOCOL, SSL_R_UNKNOWN_SSL_VERSION,
            SSL_R_BAD_PROTOCOL_VERSION_NUMBER:
            return "the \(other) speaks TLS 1.2 or older; TLS 1.3 is needed"
        case SSL_R_CALLBACK_FAILED, SSL_R_NO_APPLICATION_PROTOCOL:
            return "the client does not offer the ALPN protocol \(protocolName)"
        case self.alertBase...(self.alertBase + 255):
            return self.refusal(reason - self.alertBase, other, protocolName)
        case _:
            guard code != 0, let text = ERR_reason_error_string(code) else {
                return "the \(other) broke the TLS connection off"
            }
            return "TLS with the \(other) failed: \(String(cString: text))"
        }
    }

    /// What is wrong with the other side's certificate.
    private static func verdict(_ ssl: OpaquePointer, _ wantedName: String?) -> String {
        let result = SSL_get_verify_result(ssl)
        let text = String(cString: X509_verify_cert_error_string(result))
        let isName =
            result == Int(X509_V_ERR_HOSTNAME_MISMATCH)
            || result == Int(X509_V_ERR_IP_ADDRESS_MISMATCH)
        guard isName, let wantedName else { return text }
        return "\(text): it does not hold \(wantedName)"
    }

    /// What an alert of the other side says.
    private static func refusal(_ alert: Int32, _ other: String, _ protocolName: String) -> String {
        let why =
            switch alert {
            case SSL_AD_CERTIFICATE_REQUIRED: "it wants a certificate, and none was given"
            case SSL_AD_CERTIFICATE_EXPIRED: "our certificate has expired"
            case SSL_AD_CERTIFICATE_REVOKED: "our certificate was revoked"
            case SSL_AD_UNKNOWN_CA: "it does not know who signed our certificate"
            case SSL_AD_BAD_CERTIFICATE, SSL_AD_CERTIFICATE_UNKNOWN,
                SSL_AD_UNSUPPORTED_CERTIFICATE:
                "it does not accept our certificate"
            case SSL_AD_NO_APPLICATION_PROTOCOL: "it does not speak \(protocolName)"
            case SSL_AD_PROTOCOL_VERSION: "it does not speak TLS 1.3"
            case SSL_AD_HANDSHAKE_FAILURE: "it finds no parameters in common"
            case SSL_AD_UNRECOGNIZED_NAME: "it does not have the name that was asked for"
            case _:
                String(cString: SSL_alert_desc_string_long(alert))
            }
        return "the \(other) refuses the TLS connection: \(why)"
    }
}
