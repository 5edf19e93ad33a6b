from django.db import migrations
from django.db.migrations.state import StateApps

from apps.core.search import follow_sources


def fill(apps: StateApps, _schema_editor: object) -> None:
    """What was there before the column learns its pinyin initials."""
    follow_sources(apps.get_model("agencies", "District"))
    follow_sources(apps.get_model("agencies", "Agency"))


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0003_search"),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
