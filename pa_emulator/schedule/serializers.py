"""Scheduled tasks as JSON and forms."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers
from rest_framework.fields import empty

from pa_emulator.schedule.models import DAILY, HOURLY, ScheduledTask


class SwitchField(serializers.BooleanField):
    """A switch that stays as it is if a form lacks it; the framework's would turn it off."""

    default_empty_html = empty


class ScheduledTaskSerializer(serializers.ModelSerializer):
    """`expiry` is null: tasks of paid accounts have none, and free accounts have no tasks."""

    user = serializers.CharField(source="account.username", read_only=True)
    url = serializers.SerializerMethodField()
    command = serializers.CharField()
    enabled = SwitchField(required=False)
    interval = serializers.ChoiceField(choices=(DAILY, HOURLY))
    hour = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=23)
    minute = serializers.IntegerField(min_value=0, max_value=59)
    description = serializers.CharField(required=False, allow_blank=True)
    expiry = serializers.SerializerMethodField()
    logfile = serializers.SerializerMethodField()
    extend_url = serializers.SerializerMethodField()
    can_enable = serializers.SerializerMethodField()

    class Meta:
        """Which row, and which of its fields."""

        model = ScheduledTask
        fields = (
            "id",
            "url",
            "user",
            "command",
            "expiry",
            "enabled",
            "logfile",
            "extend_url",
            "interval",
            "hour",
            "minute",
            "printable_time",
            "can_enable",
            "description",
        )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Check hour and interval together; an hourly task loses its hour."""
        kept = self.instance
        interval = attrs.get("interval", kept and kept.interval)
        if interval == HOURLY:
            if attrs.get("hour") is not None:
                raise serializers.ValidationError("Hourly tasks must not have an hour.")
            return {**attrs, "hour": None}
        if attrs.get("hour", kept and kept.hour) is None:
            raise serializers.ValidationError("Daily tasks must have an hour.")
        return attrs

    def get_url(self, task: ScheduledTask) -> str:
        return f"/api/v0/user/{task.account.username}/schedule/{task.pk}/"

    def get_expiry(self, _task: ScheduledTask) -> None:
        return None

    def get_logfile(self, task: ScheduledTask) -> str:
        return f"/user/{task.account.username}/files{task.log}"

    def get_extend_url(self, task: ScheduledTask) -> str:
        return f"/user/{task.account.username}/schedule/task/{task.pk}/extend"

    def get_can_enable(self, task: ScheduledTask) -> bool:
        return not task.enabled
