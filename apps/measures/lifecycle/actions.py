"""What can be done to a measure, and whose act it is."""

from enum import Enum

from django.db import models
from django.utils.translation import gettext_lazy as _


class Action(models.TextChoices):
    """Office verbs; the label is what stands on the button."""

    REVISE = "REVISE", _("Edit draft")
    PROPOSE = "PROPOSE", _("Propose")
    RETURN_PROPOSAL = "RETURN_PROPOSAL", _("Return proposal")
    ISSUE = "ISSUE", _("Issue")
    ACKNOWLEDGE = "ACKNOWLEDGE", _("Acknowledge receipt")
    DEEM_ACKNOWLEDGED = "DEEM_ACKNOWLEDGED", _("Deem acknowledged")
    OBJECT = "OBJECT", _("Object")
    CONFIRM_OBJECTION = "CONFIRM_OBJECTION", _("Confirm objection")
    REISSUE = "REISSUE", _("Reissue to another lead")
    REFUSE_OBJECTION = "REFUSE_OBJECTION", _("Refuse objection")
    BREAK_DOWN = "BREAK_DOWN", _("Break down")
    DETACH = "DETACH", _("Detach from parent")
    REPORT = "REPORT", _("Report progress")
    CONFIRM_REPORT = "CONFIRM_REPORT", _("Confirm report")
    REVIEW = "REVIEW", _("Review report")
    ASK_CONTRIBUTION = "ASK_CONTRIBUTION", _("Ask for contributions")
    CONTRIBUTE = "CONTRIBUTE", _("Contribute")
    ASK_COORDINATION = "ASK_COORDINATION", _("Ask for coordination")
    INSTRUCT = "INSTRUCT", _("Instruct")
    RECORD_INSTRUCTION = "RECORD_INSTRUCTION", _("Record an instruction on paper")
    ACKNOWLEDGE_INSTRUCTION = "ACKNOWLEDGE_INSTRUCTION", _("Acknowledge instruction")
    WITHDRAW_REVIEW = "WITHDRAW_REVIEW", _("Withdraw review")
    APPLY = "APPLY", _("Apply for completion")
    VERIFY = "VERIFY", _("Verify completion")
    SEND_BACK = "SEND_BACK", _("Send back")
    CLOSE = "CLOSE", _("Close measure")
    ASK_REOPENING = "ASK_REOPENING", _("Ask to reopen")
    REOPEN = "REOPEN", _("Reopen")
    REFUSE_REOPENING = "REFUSE_REOPENING", _("Refuse to reopen")
    ASK_EXTENSION = "ASK_EXTENSION", _("Ask for an extension")
    EXTEND = "EXTEND", _("Grant extension")
    REFUSE_EXTENSION = "REFUSE_EXTENSION", _("Refuse extension")
    ASK_SUSPENSION = "ASK_SUSPENSION", _("Ask to suspend")
    SUSPEND = "SUSPEND", _("Suspend")
    REFUSE_SUSPENSION = "REFUSE_SUSPENSION", _("Refuse to suspend")
    RESUME = "RESUME", _("Resume")
    ASK_ADJUSTMENT = "ASK_ADJUSTMENT", _("Ask for an adjustment")
    ADJUST = "ADJUST", _("Grant adjustment")
    REFUSE_ADJUSTMENT = "REFUSE_ADJUSTMENT", _("Refuse adjustment")
    ASK_CARRY_OVER = "ASK_CARRY_OVER", _("Ask to carry over into next year")
    CARRY_OVER = "CARRY_OVER", _("Carry over into next year")
    REFUSE_CARRY_OVER = "REFUSE_CARRY_OVER", _("Refuse to carry over")
    ASK_CANCELLATION = "ASK_CANCELLATION", _("Ask to cancel the measure")
    CANCEL = "CANCEL", _("Cancel measure")
    REFUSE_CANCELLATION = "REFUSE_CANCELLATION", _("Refuse to cancel")


class Who(Enum):
    """Whose act it is, in relation to the measure."""

    SUPERVISOR = "supervisor"
    DIRECTOR = "director"
    LEAD = "lead"
    LEAD_LEADER = "lead_leader"
    LEAD_OR_LEADER = "lead_or_leader"
    LEAD_OR_OFFICE = "lead_or_office"
    LEAD_STAFF = "lead_staff"
    SUPERVISING_LEADER = "supervising_leader"
    EXTENDER = "extender"
    SUPPORTER = "supporter"
    REVIEWER = "reviewer"
    SYSTEM = "system"
