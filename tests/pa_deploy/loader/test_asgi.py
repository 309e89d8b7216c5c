"""Answers that an ASGI app leaves unfinished, through a translator that does not notice it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator

import pytest

from pa_deploy.loader.asgi import Translated

Message = dict[str, object]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, None, Send], Coroutine[None, None, None]]
BEGUN: Message = {"type": "http.response.body", "body": b"begun", "more_body": True}
WHOLE: Message = {**BEGUN, "more_body": False}


def translated(*messages: Message, is_told: bool = False) -> list[bytes]:
    """The answer of an app that sends messages and fails then."""

    async def app(scope: Message, _receive: None, send: Send) -> None:
        assert scope["type"] == "http"
        for message in messages:
            await send(message)
        raise ZeroDivisionError

    class Late:
        """As a2wsgi if it looks for an exception when the app has ended already."""

        def __init__(self, app: App, loop: asyncio.AbstractEventLoop) -> None:
            self.app = app
            self.loop = loop

        def __call__(
            self, _environ: Message, start_response: Callable[..., None]
        ) -> Iterator[bytes]:
            async def take(message: Message) -> None:
                assert isinstance(message["body"], bytes)
                pieces.append(message["body"])

            pieces: list[bytes] = []
            call = self.app({"type": "http"}, None, take)
            error = asyncio.run_coroutine_threadsafe(call, self.loop).exception()
            start_response("200 OK", [], (type(error), error, None) if is_told else None)
            yield from pieces

    return list(Translated(app, Late)({}, lambda *_: None))


@pytest.mark.parametrize("messages", [[], [BEGUN]])
def test_the_exception_ends_the_answer(messages: list[Message]) -> None:
    with pytest.raises(ZeroDivisionError):
        translated(*messages)


def test_one_after_a_whole_answer_does_not() -> None:
    assert translated(WHOLE) == [b"begun"]


def test_one_that_was_told_is_not_told_again() -> None:
    assert translated(is_told=True) == []
