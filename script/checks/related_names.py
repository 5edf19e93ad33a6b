"""Check that no app can read upward through a reverse accessor.

A foreign key from measures to agencies would give agencies an attribute `measure_set`: an import
upward that no import linter sees. Each relation between two of our apps therefore has
related_name="+", and none is a GenericForeignKey, which has no database constraint either.
"""

import os
import sys
from collections.abc import Iterator

import django
from django.apps import apps
from django.db import models

from script.environment import BUILD_SETTINGS


def main() -> int:
    """Name every relation that opens a way upward; 1 when there is one."""
    os.environ.update(BUILD_SETTINGS, DJANGO_SETTINGS_MODULE="policytrack.settings")
    django.setup()
    faults = [
        fault
        for model in apps.get_models(include_auto_created=True)
        if model.__module__.startswith("apps.")
        for fault in faults_in(model)
    ]
    print("\n".join(faults))
    return 1 if faults else 0


def faults_in(model: type[models.Model]) -> Iterator[str]:
    """The relations of one model that another of our apps could follow backwards."""
    name = model._meta.label
    for field in [*model._meta.local_fields, *model._meta.local_many_to_many]:
        remote = field.remote_field
        if remote is None or isinstance(remote.model, str) or remote.hidden:
            continue
        other = remote.model._meta
        if other.app_config.name.startswith("apps.") and other.app_label != model._meta.app_label:
            yield f'{name}.{field.name}: points to {other.label}; give it related_name="+"'
    for private in model._meta.private_fields:
        yield f"{name}.{private.name}: a generic relation, which the database cannot check"


if __name__ == "__main__":
    sys.exit(main())
