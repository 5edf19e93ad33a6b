"""Where things are kept: the data folder, its secrets and lock, and sockets with short paths."""

import contextlib
import fcntl
import hashlib
import json
import os
import pwd
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path

from script.steps import CHECKOUT, Trouble

NOBODY = 65534
ROOT_DATA = Path("/var/lib/policytrack")
LONGEST_SOCKET = 107  # bytes, Linux; the longest name in a folder is .s.PGSQL.5432.lock
LONGEST_NAME = len("/postgres/.s.PGSQL.5432.lock")


def data_folder() -> Path:
    """The folder of POLICYTRACK_DATA, or else the user's own; made when it is missing."""
    chosen = os.environ.get("POLICYTRACK_DATA")
    folder = Path(chosen).expanduser().absolute() if chosen else _default_data_folder()
    if folder.is_relative_to(CHECKOUT):
        raise Trouble(f"POLICYTRACK_DATA must not lie inside the checkout {CHECKOUT}.")
    obstacle = _obstacle_for_nobody(folder) if os.geteuid() == 0 else None
    if obstacle:
        raise Trouble(
            f"PostgreSQL never runs as root; it would run as the user nobody, who may not enter "
            f"{obstacle}: choose another folder with POLICYTRACK_DATA, such as {ROOT_DATA}."
        )
    try:
        for missing in [path for path in reversed([folder, *folder.parents]) if not path.exists()]:
            missing.mkdir()
            missing.chmod(_mode())
    except OSError as error:
        raise Trouble(f"The data folder {folder} cannot be made: {error.strerror}.") from error
    return folder


def socket_folder(data: Path) -> Path:
    """A folder whose sockets' paths are short enough: in the data folder, or else elsewhere."""
    own = f"policytrack-{os.geteuid()}-{hashlib.sha256(bytes(data)).hexdigest()[:8]}"
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    places = [data / "run", *([Path(runtime) / own] if runtime else []), Path("/tmp") / own]
    for folder in places:
        if len(bytes(folder)) + LONGEST_NAME > LONGEST_SOCKET or _hidden_from_nobody(folder):
            continue
        with contextlib.suppress(OSError):
            folder.mkdir(exist_ok=True)
            found = folder.lstat()  # of ours, and no link of somebody else's
            if stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid():
                folder.chmod(_mode())
                return folder
    raise Trouble("No folder for the servers' sockets: neither the data folder nor /tmp will do.")


def own_secrets(data: Path) -> dict[str, str]:
    """The generated passwords and key, kept beside the data and readable by its owner only."""
    path = data / "secrets.json"
    if not path.exists():
        names = ("postgres", "policytrack_owner", "policytrack_app", "secret_key")
        fresh = path.with_suffix(".new")
        fresh.touch(mode=0o600)
        fresh.write_text(json.dumps({name: secrets.token_urlsafe(32) for name in names}))
        fresh.replace(path)
    kept: dict[str, str] = json.loads(path.read_text())
    return kept


class AlreadyRunning(Trouble):
    """Another process holds the data folder."""


@contextlib.contextmanager
def held(data: Path) -> Iterator[None]:
    """Hold the data folder for this process; the kernel lets go when it ends, however it ends."""
    with (data / "lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise AlreadyRunning(
                f"policytrack already runs on the data in {data} (process {lock.read()}); "
                "stop it, or choose another folder with POLICYTRACK_DATA."
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def open_to_nobody(path: Path) -> bool:
    """Whether the user nobody may reach this path through all the folders above it."""
    return _obstacle_for_nobody(path) is None


def _mode() -> int:
    """Ours alone; root's can be passed through by the user that runs PostgreSQL."""
    return 0o711 if os.geteuid() == 0 else 0o700


def _default_data_folder() -> Path:
    home = os.environ.get("HOME") or pwd.getpwuid(os.geteuid()).pw_dir
    base = os.environ.get("XDG_DATA_HOME") or f"{home}/.local/share"
    folder = Path(base).absolute() / "policytrack"
    return ROOT_DATA if _hidden_from_nobody(folder) else folder


def _hidden_from_nobody(path: Path) -> bool:
    return os.geteuid() == 0 and not open_to_nobody(path)


def _obstacle_for_nobody(path: Path) -> Path | None:
    existing = [folder for folder in path.resolve().parents if folder.exists()]
    return next((folder for folder in existing if not folder.stat().st_mode & stat.S_IXOTH), None)
