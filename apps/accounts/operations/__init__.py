"""Every write of the accounts app, by noun. Faces import people's verbs from here."""

from apps.accounts.operations.duties import Duties, duties_of, hand_over_duties, refuse_hand_over
from apps.accounts.operations.people import (
    APART,
    add_user,
    administrator_only,
    choose_language,
    end_role,
    give_role,
    keep_user,
    may_end,
    may_use,
    name_deputy,
    set_password,
    use_account,
)
from apps.accounts.operations.sessions import end_sessions

__all__ = [
    "APART",
    "Duties",
    "add_user",
    "administrator_only",
    "choose_language",
    "duties_of",
    "end_role",
    "end_sessions",
    "give_role",
    "hand_over_duties",
    "keep_user",
    "may_end",
    "may_use",
    "name_deputy",
    "refuse_hand_over",
    "set_password",
    "use_account",
]
