"""Back up or restore the embedded database and its evidence. On other servers: manage.py."""

import argparse
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from script.databases import OWNER, embedded_logins
from script.environment import BUILD_SETTINGS
from script.places import AlreadyRunning, data_folder, held, own_secrets
from script.serve import BLANK, DEMO
from script.services import Postgres
from script.steps import CHECKOUT, VENV_PYTHON, Trouble, tell_trouble


def main() -> int:
    """Run manage.py backup or restore as the database's owner."""
    if os.environ.get("DATABASE_URL"):
        raise Trouble("DATABASE_URL names a server: use manage.py, see docs/operation.md.")
    parser = argparse.ArgumentParser(prog="script/backup, script/restore", description=__doc__)
    parser.add_argument("act", choices=["backup", "restore"])
    parser.add_argument("file", type=Path)
    parser.add_argument("--replace", action="store_true", help="restore: drop what is there")
    parser.add_argument("--blank", action="store_true", help="your own database, not the demo")
    said = parser.parse_args()
    database, data = BLANK if said.blank else DEMO, data_folder()
    os.umask(0o077)
    with serving(data, database, shared=said.act == "backup") as url:
        settings = BUILD_SETTINGS | {
            "DATABASE_URL": url,
            "SECRET_KEY": os.environ.get("SECRET_KEY") or own_secrets(data)["secret_key"],
            "EVIDENCE_DIR": os.environ.get("EVIDENCE_DIR") or str(data / "evidence" / database),
        }
        command: list[str | Path] = [VENV_PYTHON, "manage.py", said.act, said.file.absolute()]
        command += ["--replace"] if said.replace else []
        return subprocess.run(
            command, cwd=CHECKOUT, env=os.environ | settings, check=False
        ).returncode


@contextmanager
def serving(data: Path, database: str, *, shared: bool) -> Iterator[str]:
    """The owner's address of the database. `shared`: where script/server runs, its server."""
    postgres = Postgres(data)
    try:
        with held(data):
            try:
                postgres.start()
                yield embedded_logins(postgres, database).owner
            finally:
                postgres.stop()
    except AlreadyRunning:
        if not shared:
            raise
        yield postgres.url(OWNER, database)


if __name__ == "__main__":
    sys.exit(tell_trouble(main))
