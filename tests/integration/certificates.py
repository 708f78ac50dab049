"""A certificate authority of the tests' own, made by the `openssl` command.

`secured_kafka` gives them to a broker and to clients; each file is PEM, with an unencrypted key unless said otherwise.
"""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

KEY_PASSWORD = "opens-the-key"


def lacking() -> str | None:
    """What this machine lacks to make them."""
    return None if shutil.which("openssl") else "no openssl on the PATH"


@dataclass(frozen=True)
class Signed:
    """A certificate and its key."""

    certificate: Path
    key: Path

    @property
    def together(self) -> Path:
        """Key and certificate in one file, as Kafka and OpenSSL read them."""
        path = self.certificate.with_suffix(".both.pem")
        path.write_text(self.key.read_text() + self.certificate.read_text())
        return path


class Authority:
    """An authority in a folder; its certificate is `certificate`."""

    def __init__(self, folder: Path, name: str = "authority") -> None:
        self._folder = folder
        self._own = Signed(folder / f"{name}.pem", folder / f"{name}.key")
        self.certificate = self._own.certificate
        _key(self._own.key)
        request = ["req", "-x509", "-new", "-key", str(self._own.key), "-days", "2", "-subj", f"/CN={name}"]
        _openssl(*request, "-out", self.certificate)

    def sign(self, name: str) -> Signed:
        """A certificate for CN=name, which names this machine too."""
        signed = Signed(self._folder / f"{name}.pem", self._folder / f"{name}.key")
        _key(signed.key)
        request, names = self._folder / f"{name}.csr", self._folder / f"{name}.ext"
        names.write_text("subjectAltName=IP:127.0.0.1\n")
        _openssl("req", "-new", "-key", signed.key, "-subj", f"/CN={name}", "-out", request)
        by = ["-CA", str(self.certificate), "-CAkey", str(self._own.key), "-set_serial", str(abs(hash(name)))]
        _openssl("x509", "-req", "-in", request, *by, "-days", "2", "-extfile", names, "-out", signed.certificate)
        return signed


def locked(signed: Signed) -> Path:
    """The same key, encrypted with `KEY_PASSWORD`."""
    path = signed.key.with_suffix(".locked.key")
    _openssl("pkcs8", "-topk8", "-in", signed.key, "-out", path, "-passout", f"pass:{KEY_PASSWORD}")
    return path


def _key(path: Path) -> None:
    _openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", path)


def _openssl(*arguments: str | Path) -> None:
    done = subprocess.run(["openssl", *map(str, arguments)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
