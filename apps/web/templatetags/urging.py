"""Urging notices in words, for templates."""

from django import template

from apps.web.urged import number_of, urged_because

register = template.Library()
register.filter("number_of", number_of)
register.filter("urged_because", urged_because)
