"""To whom somebody's duties go; the rules stand with hand_over."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.web.forms.acts import Refusable
from apps.web.forms.choosing import LongSelect


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not subscriptable at run time
    """Somebody by name, beside the name they sign in by."""

    widget = LongSelect

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} · {obj.username}" if obj.name else obj.username


class HandOverForm(Refusable):
    """What is asked first, and what the confirmation says once more."""

    TYPED_AS: ClassVar = {"is_active": "close_account"}

    to = PersonField(User.objects.none(), label=_("Successor"), empty_label="")
    close_account = forms.BooleanField(
        label=_("Close the account in the same act"),
        required=False,
        help_text=_("Nobody signs in by it any more. It can be opened again."),
    )

    def __init__(self, person: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        to = self.fields["to"]
        assert isinstance(to, PersonField)
        others = User.objects.filter(is_active=True).exclude(pk=person.pk)
        to.queryset = others.order_by("name", "username")
        if not person.is_active:
            del self.fields["close_account"]
