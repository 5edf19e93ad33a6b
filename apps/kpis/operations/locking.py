"""What every act on an indicator begins with."""

from django.core.exceptions import ValidationError
from django.db import models

from apps.core.errors import RuleBroken
from apps.kpis.models import Kpi


def lock_kpi(pk: int) -> Kpi:
    """The indicator, locked: what is entered, reviewed and closed of it goes one after another."""
    whole = Kpi.objects.select_related("owner", "numerator", "denominator", "weight", "breakdown")
    return whole.select_for_update(of=("self",)).get(pk=pk)


def insert(row: models.Model) -> None:
    """Insert a row that is written once. Raises RuleBroken with what is wrong with it."""
    try:
        row.full_clean()
    except ValidationError as error:
        field, said = next(iter(error.message_dict.items()))
        raise RuleBroken(said[0], field=field if field != "__all__" else "") from error
    row.save(force_insert=True)
