"""Why a measure lies on a desk whose lead objects to it."""

from django.utils.translation import gettext_lazy as _

from apps.core.actor import Role
from apps.measures.lifecycle import Action
from apps.web import desk
from apps.web.cause import Cause

OBJECTED_TO = (
    Cause(
        "confirm_objection",
        _("Objection to be confirmed"),
        desk.objections_to_confirm,
        frozenset({Role.UNIT_LEADER}),
        Action.CONFIRM_OBJECTION,
    ),
    Cause(
        "reissue",
        _("Objection to be decided"),
        desk.objected_to,
        frozenset({Role.DIRECTOR}),
        Action.REISSUE,
        _("Decide objection"),
    ),
    Cause(
        "reissue_superior",
        _("Objection to be decided: only the superior level changes the lead"),
        desk.superior_objected_to,
        frozenset({Role.DIRECTOR}),
        Action.REFUSE_OBJECTION,
    ),
    Cause(
        "record_objection",
        _("Objection: the superior level's decision is put on record"),
        desk.superior_objected_to,
        frozenset({Role.SUPERVISOR}),
        caption=_("Record the decision"),
        page="web:record_objection",
    ),
)
COUNTERS_OF_OBJECTIONS = {
    "confirm_objection": _("Objections to confirm"),
    "reissue": _("Objections"),
    "reissue_superior": _("Objections to superior tasks"),
    "record_objection": _("Objections to record"),
}
