"""An instruction as typed, here or from the paper; the rules stand with the operations."""

from collections.abc import Collection, Mapping
from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.web.forms.acts import Refusable
from apps.web.forms.drafting import DayField
from apps.web.forms.report import LONGEST_TEXT


class InstructForm(Refusable):
    ASKED: ClassVar[Collection[str]] = ("text",)
    text = forms.CharField(
        label=_("Instruction"),
        required=False,  # the operation asks for it, in its own words
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class RecordInstructionForm(InstructForm):
    """One given on paper. `scan` comes last: a file too large cuts off what follows it."""

    ASKED: ClassVar[Collection[str]] = ("text", "by_name")
    TYPED_AS: ClassVar[Mapping[str, str]] = {"evidence": "scan"}

    by_name = forms.CharField(
        label=_("Given by"),
        required=False,  # likewise
        max_length=150,
        help_text=_("Name and office, as on the paper."),
    )
    decided_on = DayField(label=_("Given on"))
    scan = forms.FileField(label=_("Scan of the instruction"), max_length=200)
