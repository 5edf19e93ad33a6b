"""The tables of the policies app, split by noun."""

from apps.policies.models.chain import Chain, ChainSegment
from apps.policies.models.clause import Clause
from apps.policies.models.policy import Policy, PolicyLink, PolicyQuerySet
from apps.policies.models.problem import Problem

__all__ = [
    "Chain",
    "ChainSegment",
    "Clause",
    "Policy",
    "PolicyLink",
    "PolicyQuerySet",
    "Problem",
]
