"""Always-on tasks as JSON and forms."""

from __future__ import annotations

from rest_framework import serializers

from pa_emulator.always_on.models import AlwaysOnTask
from pa_emulator.schedule.serializers import SwitchField


class AlwaysOnTaskSerializer(serializers.ModelSerializer):
    """The keys that clients have seen, with `user` and `logfile` as in a scheduled task."""

    user = serializers.CharField(source="account.username", read_only=True)
    url = serializers.SerializerMethodField()
    command = serializers.CharField()
    description = serializers.CharField(required=False, allow_blank=True)
    enabled = SwitchField(required=False)
    logfile = serializers.SerializerMethodField()

    class Meta:
        """Which row, and which of its fields."""

        model = AlwaysOnTask
        fields = ("id", "url", "user", "command", "description", "enabled", "logfile")

    def get_url(self, task: AlwaysOnTask) -> str:
        return f"/api/v0/user/{task.account.username}/always_on/{task.pk}/"

    def get_logfile(self, task: AlwaysOnTask) -> str:
        return f"/user/{task.account.username}/files{task.log}"
