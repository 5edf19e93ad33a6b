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
from apps.accounts.operations.service_accounts import (
    add_service_account,
    issue_token,
    keep_service_account,
    note_use,
    revoke_token,
    rotate_token,
)
from apps.accounts.operations.sessions import end_sessions

__all__ = [
    "APART",
    "Duties",
    "add_service_account",
    "add_user",
    "administrator_only",
    "choose_language",
    "duties_of",
    "end_role",
    "end_sessions",
    "give_role",
    "hand_over_duties",
    "issue_token",
    "keep_service_account",
    "keep_user",
    "may_end",
    "may_use",
    "name_deputy",
    "note_use",
    "refuse_hand_over",
    "revoke_token",
    "rotate_token",
    "set_password",
    "use_account",
]
