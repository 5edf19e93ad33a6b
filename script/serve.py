"""Run policytrack on this machine: its servers, web, worker and beat under one supervisor."""

import argparse
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

from script.databases import Logins, embedded_logins, external_logins
from script.logs import Logs, days_kept
from script.places import data_folder, held, own_secrets, socket_folder
from script.processes import Child
from script.services import Postgres, Valkey
from script.steps import CHECKOUT, VENV_PYTHON, Trouble, run, step, tell_trouble
from script.supervisor import Supervisor, stop_on_signals

DEMO, BLANK = "policytrack_demo", "policytrack"
# Numbers of the broker's and the cache's database: neither must see the other's tasks or sessions.
BROKER_NUMBERS = {DEMO: (0, 1), BLANK: (2, 3)}
PATIENCE_FOR_HEALTH = 60.0


def main() -> int:
    """Start everything, say where it is, and keep it running until it is stopped."""
    parser = argparse.ArgumentParser(prog="script/server", description=__doc__)
    parser.add_argument("--blank", action="store_true", help="your own database, without the demo")
    database = BLANK if parser.parse_args().blank else DEMO
    data = data_folder()
    os.umask(0o077)  # what is kept there is the business of this user alone
    supervisor = Supervisor(Logs(data / "log", days_kept()))
    with held(data), stop_on_signals():
        try:
            site = Site(supervisor, data, database, free_port())
            site.start()
            supervisor.watch()
        finally:
            supervisor.stop()
    return 0


@dataclass
class Site:
    """One policytrack: a database, its servers, and the processes that work on it."""

    supervisor: Supervisor
    data: Path
    database: str
    port: int

    def start(self) -> None:
        """Everything from the servers to the address, in order, each step named."""
        logins = self._database_server()
        settings = self._settings() | self._broker()
        self._prepare_database(logins, settings)
        sign_ins = self._people(settings, logins)
        self._processes(settings | {"DATABASE_URL": logins.application})
        kept = "Files and logs are" if os.environ.get("DATABASE_URL") else "The data is"
        print(f"\n{sign_ins}{kept} in {self.data}.")
        print(f"policytrack runs at {self.address} — Ctrl-C stops it.", flush=True)

    @property
    def address(self) -> str:
        """Where people find it."""
        return f"http://127.0.0.1:{self.port}"

    def _database_server(self) -> Logins:
        url = os.environ.get("DATABASE_URL")
        if url:
            with step("Signing in to the database of DATABASE_URL"):
                return external_logins(url, os.environ.get("DATABASE_OWNER_URL"))
        postgres = Postgres(self.data)
        self.supervisor.start_server(postgres)
        return embedded_logins(postgres, self.database)

    def _broker(self) -> dict[str, str]:
        url = os.environ.get("CELERY_BROKER_URL")
        if url:
            cache = os.environ.get("CACHE_URL") or cache_beside(url)
            return {"CELERY_BROKER_URL": url, "CACHE_URL": cache}
        valkey = Valkey(self.data)
        self.supervisor.start_server(valkey)
        broker, cache_number = BROKER_NUMBERS[self.database]
        return {
            "CELERY_BROKER_URL": valkey.broker_url(broker),
            "CACHE_URL": os.environ.get("CACHE_URL") or valkey.cache_url(cache_number),
        }

    def _settings(self) -> dict[str, str]:
        """Production settings, but for what localhost needs; the environment has the last word."""
        settings = {
            "SECRET_KEY": own_secrets(self.data)["secret_key"],
            "EVIDENCE_DIR": str(self.data / "evidence" / self.database),
            "MAIL_OUTBOX_DIR": str(self.data / "outbox" / self.database),
            "SITE_URL": self.address,
            "ALLOWED_HOSTS": "127.0.0.1,localhost",
            "PLAIN_HTTP": "1",
            "LOG_FORMAT": "console",
            "PORT": str(self.port),
        }
        if self.database == DEMO:
            settings["SECOND_FACTOR_ROLES"] = ""
        settings |= {name: os.environ[name] for name in settings if name in os.environ}
        Path(settings["EVIDENCE_DIR"]).mkdir(mode=0o700, parents=True, exist_ok=True)
        return settings

    def _prepare_database(self, logins: Logins, settings: dict[str, str]) -> None:
        owner = settings | {"DATABASE_URL": logins.owner}
        application = settings | {"DATABASE_URL": logins.application}
        with step("Bringing the database up to date"):
            self._manage("migrate", "--noinput", env=owner)
            self._manage("grant_application", logins.role, env=owner)
        with step("Loading the reference data"):
            self._manage("load_reference", env=application)

    def _people(self, settings: dict[str, str], logins: Logins) -> str:
        """Who can sign in: the demo's people, as a table, or the administrator asked for."""
        if self.database == DEMO:
            with step("Loading the demo"):
                # The owner alone may date row versions as the story has it.
                owner = settings | {"DATABASE_URL": logins.owner}
                return self._manage("load_demo", env=owner) + "\n"
        print("Making sure that there is an administrator", flush=True)
        asked = subprocess.run(  # it talks with the person at the terminal
            [VENV_PYTHON, "manage.py", "create_administrator"],
            cwd=CHECKOUT,
            env=os.environ | settings | {"DATABASE_URL": logins.application},
            check=False,
        )
        if asked.returncode:
            raise Trouble("Without an administrator nobody could sign in; nothing was started.")
        return ""

    def _processes(self, settings: dict[str, str]) -> None:
        celery = ["-m", "celery", "-A", "policytrack"]
        schedule = self.data / f"beat-schedule-{self.database}"
        commands: dict[str, list[str | Path]] = {
            "web": ["-m", "gunicorn", "-c", "policytrack/gunicorn_conf.py", "policytrack.wsgi"],
            "worker": [*celery, "worker", "--concurrency=2", "--loglevel=INFO"],
            "beat": [*celery, "beat", "--loglevel=INFO", "--schedule", schedule, "--pidfile="],
        }
        with step("Starting the web server, the worker and the schedule"):
            for name, command in commands.items():
                child = Child(
                    f"the {name} process",
                    [VENV_PYTHON, *command],
                    log=self.data / "log" / f"{name}.log",
                    pid_file=socket_folder(self.data) / f"{name}.pid",
                    env=os.environ | settings,
                    cwd=CHECKOUT,
                    patience=25,
                )
                self.supervisor.start_process(child)
            self._wait_for_health()

    def _wait_for_health(self) -> None:
        deadline = time.monotonic() + PATIENCE_FOR_HEALTH
        while (answer := health(self.address)) != "":
            self.supervisor.check()
            if time.monotonic() > deadline:
                raise Trouble(f"{self.address}/healthz is not well: {answer}")
            time.sleep(0.1)

    def _manage(self, command: str, *arguments: str, env: dict[str, str]) -> str:
        return run(
            [VENV_PYTHON, "manage.py", command, *arguments],
            env=env,
            otherwise=f"manage.py {command} failed",
            log=self.data / "log" / f"{command}.log",
        )


def free_port() -> int:
    """The port of PORT (default 8000), if nothing else listens there."""
    wanted = os.environ.get("PORT") or "8000"
    if not wanted.isdecimal() or not 0 < int(wanted) < 65536:
        raise Trouble(f"PORT must be a number from 1 to 65535, not «{wanted}».")
    port = int(wanted)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
            probe.listen()
        except OSError as error:
            reason = os.strerror(error.errno or 0).lower()
            raise Trouble(
                f"Port {port} cannot be used ({reason}): choose another one, for example "
                f"PORT={port + 1 if 1023 < port < 65535 else 8080} script/server."
            ) from error
    return port


def cache_beside(broker: str) -> str:
    """The cache's address when only the broker's is given: the same Redis, another database."""
    parts = urlsplit(broker)
    if parts.scheme in ("redis", "rediss"):
        number = "2" if parts.path == "/1" else "1"
        return parts._replace(path=f"/{number}").geturl()
    if parts.scheme == "redis+socket":
        used = parse_qs(parts.query).get("virtual_host", ["0"])[0]
        return f"unix://{parts.path}?" + urlencode({"db": "2" if used == "1" else "1"})
    raise Trouble(
        f"CELERY_BROKER_URL names a broker ({parts.scheme}) that cannot be the cache as well: "
        "name a Redis or Valkey with CACHE_URL, too."
    )


def health(address: str) -> str:
    """What /healthz finds wrong; nothing when all is well."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(f"{address}/healthz", timeout=10):
            return ""
    except urllib.error.HTTPError as error:
        return f"{error.code} {error.read(500).decode(errors='replace')}"
    except OSError as error:
        return str(error)


if __name__ == "__main__":
    sys.exit(tell_trouble(main))
