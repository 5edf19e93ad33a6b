"""A real HTTPS server on this machine, with a certificate authority of the test's own."""

import json
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

OK = json.dumps({"errcode": 0, "errmsg": "ok"}).encode()
YESTERDAY = datetime.now(UTC) - timedelta(days=1)


@dataclass
class Site:
    """Where it listens, and what it was asked: (path, body) in order, and with which headers."""

    port: int
    answers: dict[str, Any] = field(default_factory=dict)
    asked: list[tuple[str, bytes]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    def url(self, path: str, *, host: str = "localhost") -> str:
        return f"https://{host}:{self.port}{path}"


class Answering(BaseHTTPRequestHandler):
    """/500 answers with that status, /slow and /drip never end, anything else is accepted."""

    site: Site

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.site.asked.append((self.path, body))
        self.site.headers.append(dict(self.headers))
        word = self.path.strip("/").partition("?")[0]
        if word == "slow":
            time.sleep(3)
        if word == "drip":
            return self._drip()
        status = int(word) if word.isdecimal() else 200
        self.send_response(status)
        if 300 <= status < 400:
            self.send_header("Location", "https://10.0.0.1/inside")
        self.end_headers()
        self.wfile.write(self.site.answers.get(word, OK))
        return None

    def _drip(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        for _turn in range(30):
            self.wfile.write(b"X-More: yes\r\n")
            time.sleep(0.1)

    def log_message(self, *_said: object) -> None:
        """Not on the screen of the tests."""


class Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_said: object) -> None:
        """Whoever hangs up on a slow server is not its trouble."""


@dataclass(frozen=True)
class Authority:
    """A certificate authority that nobody knows but those who are given its file."""

    folder: Path
    key: Any
    certificate: Any

    @classmethod
    def made(cls, folder: Path) -> "Authority":
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = _certificate("test authority", key, "test authority", key, authority=True)
        (folder / "ca.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        return cls(folder, key, certificate)

    @property
    def file(self) -> str:
        return str(self.folder / "ca.pem")

    def context_for(self, *names: str) -> ssl.SSLContext:
        """What a server of these names shows."""
        key = ec.generate_private_key(ec.SECP256R1())
        leaf = _certificate(names[0], key, "test authority", self.key, names=names)
        path = self.folder / f"{names[0]}.pem"
        path.write_bytes(
            leaf.public_bytes(serialization.Encoding.PEM)
            + key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context


@contextmanager
def serving(context: ssl.SSLContext) -> Iterator[Site]:
    """A server on 127.0.0.1 until the end of the block."""
    server = Quiet(("127.0.0.1", 0), Answering)
    server.socket = context.wrap_socket(
        server.socket, server_side=True, do_handshake_on_connect=False
    )
    site = Site(server.server_address[1])
    server.RequestHandlerClass = type("Here", (Answering,), {"site": site})
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()


def _certificate(
    name: str, key: Any, issuer: str, issuer_key: Any, *, names=(), authority: bool = False
) -> Any:
    builder = (
        x509.CertificateBuilder()
        .subject_name(_called(name))
        .issuer_name(_called(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(YESTERDAY)
        .not_valid_after(YESTERDAY + timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()),
            critical=False,
        )
    )
    if names:
        alternative = x509.SubjectAlternativeName([x509.DNSName(each) for each in names])
        builder = builder.add_extension(alternative, critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


def _called(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
