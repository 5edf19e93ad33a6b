"""Which addresses may be written to: public ones, and networks that the settings name.

A name is resolved once and the connection goes to the very address that was checked: a name that
points elsewhere a moment later (DNS rebinding) gains nothing.
"""

import socket
from concurrent.futures import Future
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from threading import Thread
from urllib.parse import SplitResult, quote, urlsplit

from django.conf import settings

from apps.reminders.outbound.trouble import Failure, Trouble

Address = IPv4Address | IPv6Address
HTTPS = 443
NAT64 = ip_network("64:ff9b::/96")
PUBLIC_IPV6 = ip_network("2000::/3")
"""All that is routed: elsewhere lie old ways to write IPv4 addresses, and networks of a site."""
AT_ENTRY = 3.0
"""Seconds that name servers have while somebody enters an address."""
FOR_GOOD = frozenset({Trouble.BAD_ADDRESS, Trouble.FORBIDDEN})


@dataclass(frozen=True)
class Target:
    """Where a request goes: the name for the certificate, the checked addresses to connect to."""

    host: str
    port: int
    path: str
    addresses: tuple[str, ...]


def resolve(url: str, *, patience: float, inside: bool = True) -> Target | Failure:
    """Where this address leads, if it may be written to; `inside` as in `may_be_written_to`.

    A name that leads to several addresses is refused when one of them may not be written to.
    The name servers have `patience` seconds.
    """
    try:
        parts = urlsplit(url)
        host, port = _host(parts), parts.port or HTTPS
    except ValueError as error:
        return Failure(Trouble.BAD_ADDRESS, str(error))
    try:
        addresses = _addresses(host, port, patience)
    except TimeoutError:
        return Failure(Trouble.NAME_TIMEOUT, host)
    except (OSError, UnicodeError) as error:
        return Failure(Trouble.NO_NAME, f"{host}: {error}")
    for address in addresses:
        if not may_be_written_to(address, inside=inside):
            return Failure(Trouble.FORBIDDEN, f"{host}: {address}")
    return Target(host, port, _path(parts), addresses)


def fault_of(url: str, *, inside: bool = True) -> Failure | None:
    """What lies in the address itself, so that nothing is ever sent there: said when it is entered.

    A name that is not known yet may become so.
    """
    found = resolve(url, patience=AT_ENTRY, inside=inside)
    return found if isinstance(found, Failure) and found.trouble in FOR_GOOD else None


def _addresses(host: str, port: int, patience: float) -> tuple[str, ...]:
    """What the name servers say. Raises TimeoutError when they have not said it in time.

    The system's own call knows no limit and cannot be cut: it is left to end in a thread of its
    own, which keeps no process from ending.
    """
    asked: Future[tuple[str, ...]] = Future()
    Thread(target=_ask, args=(asked, host, port), daemon=True).start()
    return asked.result(patience)


def _ask(asked: "Future[tuple[str, ...]]", host: str, port: int) -> None:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        asked.set_result(tuple(dict.fromkeys(str(entry[4][0]) for entry in found)))
    except Exception as error:  # whatever it is, it belongs to who asked
        asked.set_exception(error)


def may_be_written_to(text: str, *, inside: bool = True) -> bool:
    """Public addresses, and `inside` those of OUTBOUND_NETWORKS; never what only looks public."""
    address = ip_address(text.partition("%")[0])
    meant = _carried(address) or address
    if inside and any(meant in ip_network(network) for network in settings.OUTBOUND_NETWORKS):
        return True
    routed = isinstance(meant, IPv4Address) or meant in PUBLIC_IPV6
    return routed and meant.is_global and not meant.is_multicast


def _carried(address: Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 address carries inside itself and leads to."""
    if isinstance(address, IPv4Address):
        return None
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else None)


def _host(parts: SplitResult) -> str:
    """The name as it is asked for; raises ValueError for what is no plain https address."""
    if parts.scheme != "https" or not parts.hostname:
        raise ValueError("https only")
    if "@" in parts.netloc:
        raise ValueError("no user name in the address")
    literal = ":" in parts.hostname  # an IPv6 address is no name
    return parts.hostname if literal else parts.hostname.encode("idna").decode("ascii")


def _path(parts: SplitResult) -> str:
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    return f"{path}?{quote(parts.query, safe='/%:@!$&()*+,;=~-._?')}" if parts.query else path
