"""Consoles as JSON, in the shape that clients have seen."""

from __future__ import annotations

from rest_framework import serializers

from pa_emulator.consoles.models import Console


class ConsoleSerializer(serializers.ModelSerializer):
    """`console_url` and `console_frame_url` are relative to the host."""

    user = serializers.CharField(source="account.username", read_only=True)
    name = serializers.CharField(read_only=True)
    executable = serializers.CharField(max_length=200)
    arguments = serializers.CharField(allow_blank=True, required=False)
    working_directory = serializers.CharField(allow_null=True, allow_blank=True, required=False)
    console_url = serializers.SerializerMethodField()
    console_frame_url = serializers.SerializerMethodField()

    class Meta:
        """Which row, and which of its fields."""

        model = Console
        fields = (
            "id",
            "user",
            "executable",
            "arguments",
            "working_directory",
            "name",
            "console_url",
            "console_frame_url",
        )

    def get_console_url(self, console: Console) -> str:
        return f"/user/{console.account.username}/consoles/{console.pk}/"

    def get_console_frame_url(self, console: Console) -> str:
        return f"{self.get_console_url(console)}frame/"
