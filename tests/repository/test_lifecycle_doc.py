"""docs/lifecycle.md says what the transition table says."""

from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from apps.console.management.commands.describe_lifecycle import WHERE, describe
from apps.measures.lifecycle import TRANSITIONS


def test_the_document_is_up_to_date():
    written = (Path(settings.BASE_DIR) / WHERE).read_text(encoding="utf-8")
    assert written == describe(), "run: manage.py describe_lifecycle"


def test_every_line_of_the_table_is_described():
    for line in TRANSITIONS:
        assert f"| {line.action.label} |" in describe()


def test_the_command_writes_the_document(settings, tmp_path):
    settings.BASE_DIR = tmp_path
    (tmp_path / WHERE).parent.mkdir()
    call_command("describe_lifecycle")
    assert (tmp_path / WHERE).read_text(encoding="utf-8") == describe()
