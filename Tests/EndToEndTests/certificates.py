"""An authority of a test's own, by the openssl program."""
import os
import subprocess


class Authority:
    def __init__(self, folder):
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.file = folder / "ca.pem"
        self._openssl("req", "-x509", *self._key("ca"), "-subj", "/CN=house", "-days", "2",
                      "-out", str(self.file))

    def issue(self, name, days=2):
        """(certificate, key) of a name on this machine; below 0 days it has expired."""
        request = self.folder / f"{name}.csr"
        certificate, key = self.folder / f"{name}.pem", self.folder / f"{name}.key"
        self._openssl("req", *self._key(name), "-subj", f"/CN={name}", "-out", str(request),
                      "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1")
        fresh = self.folder / f"{name}.new"
        self._openssl("x509", "-req", "-in", str(request), "-CA", str(self.file), "-CAkey",
                      str(self.folder / "ca.key"), "-CAcreateserial", "-copy_extensions", "copyall",
                      "-days", str(days), "-out", str(fresh))
        os.replace(fresh, certificate)
        return certificate, key

    def variables(self, name):
        """The environment of whoever bears the name."""
        certificate, key = self.folder / f"{name}.pem", self.folder / f"{name}.key"
        if not certificate.exists():
            self.issue(name)
        return {"TALLY_RPC_TLS_CERT_FILE": str(certificate), "TALLY_RPC_TLS_KEY_FILE": str(key),
                "TALLY_RPC_TLS_CA_FILE": str(self.file)}

    def _key(self, name):
        return ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                "-keyout", str(self.folder / f"{name}.key")]

    @staticmethod
    def _openssl(*arguments):
        subprocess.run(["openssl", *arguments], check=True, capture_output=True)
