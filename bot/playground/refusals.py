"""What Slack does not take, and the names it has for that."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.playground.blockkit import message_mistakes, options_mistakes, view_mistakes
from bot.playground.workspace import View

RESPONSE_FIELDS = frozenset({"text", "blocks", "response_type", "replace_original"})
RESPONSE_FIELDS |= {"delete_original", "thread_ts", "mrkdwn", "metadata", "unfurl_links", "unfurl_media"}


class RefusalError(Exception):
    """Slack's own name for what is wrong, and each reason as Slack would give it."""

    def __init__(self, error: str, *reasons: str) -> None:
        super().__init__(error, *reasons)
        self.error = error
        self.reasons = reasons

    def __str__(self) -> str:
        return ": ".join([self.error, *self.reasons[:1]])


class ShutError(RefusalError):
    """A door that somebody shut: a bot in good order meets it too."""


def checked_view(view: object, kind: str) -> Mapping[str, Any]:
    """The view, if Slack would take it. Raises RefusalError with every reason."""
    if mistakes := view_mistakes(view):
        raise RefusalError("invalid_arguments", *mistakes)
    if not isinstance(view, Mapping) or view.get("type") != kind:
        raise RefusalError("invalid_arguments", f"[ERROR] type must be {kind} [json-pointer:/view/type]")
    return view


def checked_message(said: Mapping[str, Any]) -> None:
    """Raises RefusalError with every reason for which Slack would not take the message."""
    if said.get("blocks") and (mistakes := message_mistakes(said["blocks"])):
        raise RefusalError("invalid_blocks", *mistakes)
    if not isinstance(said.get("text", ""), str):
        raise RefusalError("invalid_arguments", "[ERROR] must be a string [json-pointer:/text]")
    if not said.get("text") and not said.get("blocks"):
        raise RefusalError("no_text", "neither text nor blocks")


def checked_response(body: object) -> Mapping[str, Any]:
    if not isinstance(body, Mapping):
        raise RefusalError("invalid_payload", "not a JSON object")
    if unknown := sorted(set(body) - RESPONSE_FIELDS):
        raise RefusalError("invalid_arguments", f"unknown field: {unknown[0][:60]}")
    if body.get("response_type", "ephemeral") not in ("ephemeral", "in_channel"):
        raise RefusalError("invalid_arguments", "response_type is ephemeral or in_channel")
    if not body.get("delete_original"):
        checked_message(body)
    return body


def checked_options(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a field offers that is searched; an empty answer offers nothing. Raises RefusalError."""
    if answer and (mistakes := options_mistakes(answer)):
        raise RefusalError("invalid_options", *mistakes)
    return answer


def checked_errors(view: View, errors: object) -> Mapping[str, str]:
    inputs = {block["block_id"] for block in view.shown["blocks"] if block["type"] == "input"}
    if not isinstance(errors, Mapping) or not errors:
        raise RefusalError("invalid_arguments", "errors must name at least one block")
    if strange := [str(name) for name in errors if name not in inputs]:
        raise RefusalError("invalid_arguments", f"errors for what is not an input block: {strange[0][:60]}")
    return {str(name): str(text) for name, text in errors.items()}
