"""Whose act it is, in the words of people: for the document and the help page."""

from django.utils.translation import gettext_lazy as _

from apps.measures.lifecycle.actions import Who

WHOSE = {
    Who.SUPERVISOR: _("supervisor or director"),
    Who.DIRECTOR: _("director"),
    Who.LEAD: _("liaison or drafter of the lead"),
    Who.LEAD_LEADER: _("unit leader of the lead"),
    Who.LEAD_OR_LEADER: _("liaison, drafter or unit leader of the lead"),
    Who.LEAD_OR_OFFICE: _("liaison or drafter of the lead; supervisor or director"),
    Who.LEAD_STAFF: _("liaison, drafter or unit leader of the lead"),
    Who.SUPERVISING_LEADER: _("the lead's supervising leader"),
    Who.REVIEWER: _("supervisor or director; of a part, the lead of its parent"),
    Who.EXTENDER: _("director; the second time the lead's supervising leader"),
    Who.SUPPORTER: _("liaison or drafter of a supporter"),
    Who.SYSTEM: _("by itself"),
}
