"""docs/lifecycle.md says what the transition table says."""

from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from apps.console.management.commands.describe_lifecycle import (
    DRAWING,
    WHERE,
    describe,
    draw,
)
from apps.measures.lifecycle import TRANSITIONS
from apps.measures.models import State


def test_the_document_is_up_to_date():
    written = (Path(settings.BASE_DIR) / WHERE).read_text(encoding="utf-8")
    assert written == describe(), "run: manage.py describe_lifecycle"


def test_the_drawing_is_up_to_date():
    written = (Path(settings.BASE_DIR) / DRAWING).read_text(encoding="utf-8")
    assert written == draw(), "run: manage.py describe_lifecycle"


def test_the_drawing_shows_every_state_and_every_move():
    drawn = draw()
    for state in State:
        assert f">{state.label}</text>" in drawn
    for line in TRANSITIONS:
        assert (f">{line.action.label}</text>" in drawn) == (line.target is not None), line


def test_every_line_of_the_table_is_described():
    for line in TRANSITIONS:
        assert f"| {line.action.label} |" in describe()


def test_the_command_writes_the_document(settings, tmp_path):
    settings.BASE_DIR = tmp_path
    (tmp_path / WHERE).parent.mkdir()
    call_command("describe_lifecycle")
    assert (tmp_path / WHERE).read_text(encoding="utf-8") == describe()
    assert (tmp_path / DRAWING).read_text(encoding="utf-8") == draw()
