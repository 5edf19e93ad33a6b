"""Write database and evidence into one file that `restore` reads."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from apps.console.backups.trouble import told_in_one_sentence
from apps.console.backups.writing import write_backup


class Command(BaseCommand):
    help = "Writes the database and the evidence into one file; run it as the database's owner."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file", type=Path, help="the file to write; one that is there is replaced"
        )

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        with told_in_one_sentence():
            manifest = write_backup(file, at=timezone.now())
        size = file.stat().st_size / 1_000_000
        count = len(manifest.evidence)
        self.stdout.write(f"{file}: the database and {count} files of evidence, {size:.1f} MB.")
        if manifest.missing:
            self.stderr.write(
                f"{len(manifest.missing)} files of evidence are missing or damaged in the store: "
                f"{', '.join(manifest.missing[:5])}"
            )
