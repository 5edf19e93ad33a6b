"""How rows are named inside other rows."""

from typing import Any

from rest_framework import serializers


class AgencyRef(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    code = serializers.CharField()
    name = serializers.CharField()
    name_en = serializers.CharField()


class CodeRef(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    code = serializers.CharField()
