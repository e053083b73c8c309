private import COpenSSL

/// OpenSSL as a whole.
enum OpenSSL {
    /// Keeps OpenSSL whole until the process is gone. By default it takes itself apart when the
    /// process exits, under the hands of threads that still use it (OPENSSL_init_crypto(3)).
    ///
    /// Its first use in the process decides; every use here calls this first.
    static func prepare() { precondition(self.isPrepared, "OpenSSL can be used") }

    private static let isPrepared =
        OPENSSL_init_crypto(UInt64(OPENSSL_INIT_NO_ATEXIT), nil) == 1
}
