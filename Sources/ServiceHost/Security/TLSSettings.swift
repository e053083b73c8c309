internal import Crypto
internal import ServiceKit

/// How a service proves itself to others, and whom it believes.
struct TLSSettings: Sendable {
    let files: TLSFiles
    /// Nil: calls are neither taken nor made over TLS.
    private(set) var live: LiveCredentials?
    /// Name that a called server's certificate must hold; nil = the host of its address.
    let name: String?
    let roles: RoleNames

    /// Variables that all four programs know, and their probes.
    static let (certificateName, keyName, authoritiesName, nameName) = (
        "TALLY_RPC_TLS_CERT_FILE", "TALLY_RPC_TLS_KEY_FILE", "TALLY_RPC_TLS_CA_FILE",
        "TALLY_RPC_TLS_NAME"
    )

    init(_ reader: inout ConfigurationReader, _ clock: WallClock = SystemAccess.clock) {
        let certificate = reader.optional(
            Self.certificateName,
            "PEM file with this service's certificate, then those between it and its authority; "
                + "RPC is then taken over TLS alone")
        let key = reader.optional(
            Self.keyName, "PEM file with the key of that certificate, which nobody else may read")
        let authorities = reader.optional(
            Self.authoritiesName,
            "PEM file with the authorities that sign the services' certificates: callers must "
                + "show one, and neighbours are called over TLS")
        self.files = TLSFiles(
            certificate: .init(name: Self.certificateName, path: certificate),
            key: .init(name: Self.keyName, path: key),
            authorities: .init(name: Self.authoritiesName, path: authorities))
        self.name = reader.optional(
            Self.nameName,
            "name that a neighbour's certificate must hold, in place of the host of its address")
        self.roles = RoleNames(&reader)
        let (credentials, faults) = self.files.load(at: clock.now())
        for fault in faults { reader.fault(fault) }
        guard faults.isEmpty, self.files.areNamed else { return }
        do throws(TLSError) {
            self.live = try LiveCredentials(credentials, protocolName: TLSFiles.protocolName)
        } catch { reader.fault("\(Self.certificateName): \(error.message)") }
    }

    /// What listeners are told to use; nil = no TLS.
    var listening: LiveCredentials? { self.files.showCertificate ? self.live : nil }
}
