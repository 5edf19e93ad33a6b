"""One request by HTTPS: bounded in time and size, not redirected, to a checked address."""

import http.client
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Timer

from django.conf import settings

from apps.reminders.outbound.addresses import Target, resolve
from apps.reminders.outbound.trouble import Failure, Trouble

LARGEST_ANSWER = 65_536
"""Bytes of an answer that are read; whoever sends more is not listened to any longer."""
TRY_LATER = {408, 425, 429}


@dataclass(frozen=True)
class Answer:
    """Accepted: a status of 2xx, and the first bytes of what came with it."""

    status: int
    body: bytes


def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    patience: float | None = None,
    inside: bool = True,
) -> Answer | Failure:
    """Send a body by POST. All of it takes at most `patience` seconds, finding the name included.

    Not `inside`, the networks of the office are closed to an address, whatever the settings name.
    """
    patience = patience or settings.OUTBOUND_PATIENCE
    until = time.monotonic() + patience
    target = resolve(url, patience=patience, inside=inside)
    if isinstance(target, Failure):
        return target
    return _exchange(target, body, headers, max(until - time.monotonic(), 0.001))


def _exchange(
    target: Target, body: bytes, headers: Mapping[str, str], patience: float
) -> Answer | Failure:
    """Each wait on the socket is bounded; the timer bounds their sum."""
    line = _Line(target, patience)
    timer = Timer(patience, line.cut)
    timer.daemon = True
    timer.start()
    try:
        line.request("POST", target.path, body, {**headers, "Connection": "close"})
        response = line.getresponse()
        said = _judged(response.status, response.read(LARGEST_ANSWER))
    except (OSError, http.client.HTTPException, ValueError) as error:
        said = _failure(error)
    finally:
        timer.cancel()
        line.close()
    return Failure(Trouble.TIMEOUT) if line.was_cut else said


def _judged(status: int, body: bytes) -> Answer | Failure:
    if 200 <= status < 300:
        return Answer(status, body)
    detail = f"HTTP {status} {body[:200].decode(errors='replace')}"
    if 300 <= status < 400:
        return Failure(Trouble.REDIRECT, detail)
    later = status >= 500 or status in TRY_LATER
    return Failure(Trouble.BUSY if later else Trouble.REFUSED, detail)


def _failure(error: Exception) -> Failure:
    if isinstance(error, ssl.SSLCertVerificationError):
        return Failure(Trouble.CERTIFICATE, error.verify_message)
    if isinstance(error, TimeoutError):
        return Failure(Trouble.TIMEOUT)
    if isinstance(error, OSError):
        return Failure(Trouble.NO_CONNECTION, str(error))
    return Failure(Trouble.BAD_ANSWER, f"{type(error).__name__} {error}")


class _Line(http.client.HTTPSConnection):
    """A connection to addresses that were checked, under the name that was asked for."""

    def __init__(self, target: Target, patience: float) -> None:
        super().__init__(target.host, target.port, timeout=patience)
        self.target = target
        self.until = time.monotonic() + patience
        self.was_cut = False
        self.context = ssl.create_default_context()
        if settings.OUTBOUND_CA_FILE:
            self.context.load_verify_locations(settings.OUTBOUND_CA_FILE)

    def connect(self) -> None:
        """Handshake after the socket is known, so that the timer can cut it at any time."""
        self.sock = self.context.wrap_socket(
            self._reached(), server_hostname=self.target.host, do_handshake_on_connect=False
        )
        self.sock.do_handshake()

    def cut(self) -> None:
        """End it, whatever it is waiting for."""
        self.was_cut = True
        if self.sock is not None:
            try:
                socket.socket.shutdown(self.sock, socket.SHUT_RDWR)
            except OSError:
                return  # it ended by itself

    def _reached(self) -> socket.socket:
        """The first of the addresses that answers."""
        trouble: OSError = TimeoutError()
        for address in self.target.addresses:
            left = max(self.until - time.monotonic(), 0.001)
            try:
                return socket.create_connection((address, self.target.port), left)
            except OSError as error:
                trouble = error
        raise trouble
