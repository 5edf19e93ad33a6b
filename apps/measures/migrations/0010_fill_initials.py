from django.db import migrations
from django.db.migrations.state import StateApps

from apps.core.search import follow_sources


def fill(apps: StateApps, _schema_editor: object) -> None:
    """What was there before the column learns its pinyin initials."""
    follow_sources(apps.get_model("measures", "Measure"))


class Migration(migrations.Migration):
    dependencies = [
        ("measures", "0009_search"),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
