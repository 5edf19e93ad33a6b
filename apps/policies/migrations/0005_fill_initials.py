from django.db import migrations
from django.db.migrations.state import StateApps

from apps.core.search import follow_sources


def fill(apps: StateApps, _schema_editor: object) -> None:
    """What was there before the column learns its pinyin initials."""
    follow_sources(apps.get_model("policies", "Policy"))
    follow_sources(apps.get_model("policies", "Clause"))
    follow_sources(apps.get_model("policies", "Chain"))
    follow_sources(apps.get_model("policies", "ChainSegment"))
    follow_sources(apps.get_model("policies", "Problem"))


class Migration(migrations.Migration):
    dependencies = [
        ("policies", "0004_search"),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
