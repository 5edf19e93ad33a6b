"""Backing up the embedded servers: beside a running one, restoring never beside one."""

import pytest

from script import backups
from script.places import AlreadyRunning, held, own_secrets
from script.steps import Trouble


def test_named_servers_are_left_to_manage_py(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://somewhere/else")
    with pytest.raises(Trouble, match=r"use manage.py, see docs/operation.md"):
        backups.main()


def test_a_backup_goes_to_the_server_that_runs_and_a_restore_waits(tmp_path):
    with held(tmp_path):
        with backups.serving(tmp_path, "policytrack", shared=True) as url:
            password = own_secrets(tmp_path)["policytrack_owner"]
            assert url.startswith(f"postgresql://policytrack_owner:{password}@")
        with (
            pytest.raises(AlreadyRunning, match="policytrack already runs on the data"),
            backups.serving(tmp_path, "policytrack", shared=False),
        ):
            pass
