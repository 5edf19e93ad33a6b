"""The box in which an administrator enters an address that messages go to."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from apps.reminders.outbound.addresses import fault_of


class AddressField(forms.CharField):
    """It never shows what it held. Where nothing may be sent to is refused at once.

    That an address is one of https is a rule of the operations.
    """

    def __init__(self) -> None:
        super().__init__(
            label=_("address"),
            required=False,
            max_length=1000,
            widget=forms.PasswordInput(attrs={"size": 60, "autocomplete": "off"}),
            help_text=_("Begins with https://. It is not shown again; left empty, it stays."),
        )

    def validate(self, value: str) -> None:
        super().validate(value)
        if value.startswith("https://") and (fault := fault_of(value)):
            raise ValidationError(fault.trouble.label)
