"""Alerts and notices to chats: Slack, Teams, Discord, Telegram, WeCom, Feishu … by Apprise."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, SecretStr

from monitor.deliver.base import Channel, Outlets, Told
from monitor.deliver.brief import brief, in_own_words, own_words
from monitor.deliver.templating import Templates
from monitor.errors import DeliveryError, contained
from monitor.fields import Secret

LONGEST = 3_500  # bytes: more than a chat is read for; less where the service takes less
FOR_GOOD = frozenset({410, 413})  # gone, too large: the same again gets the same answer


def _service(secret: SecretStr) -> SecretStr:
    try:
        from monitor.deliver import services
    except ModuleNotFoundError as error:
        raise ValueError("needs Apprise: pip install 'china-laos-monitor[chat]'") from error
    services.plugin_of(secret.get_secret_value())
    return secret


class ChatChannel(Channel):
    """A short text to one of the services that Apprise knows."""

    kind: Literal["chat"]
    url: Annotated[Secret, AfterValidator(_service)] = Field(
        description="where to, as Apprise writes it: slack://…, workflows://… (Teams), discord://…,"
        " tgram://…, wecombot://…, feishu://…, line://…, ntfy://… …: ${NAME} or file:PATH"
    )
    timeout: float = Field(default=20.0, gt=0, le=100, description="seconds for all of it")

    async def send(self, told: Told, out: Outlets, *, recipient: str = "") -> str:
        # Loaded with the first chat: with all its services Apprise takes a second.
        from monitor.deliver import services

        loop, url = asyncio.get_running_loop(), self.url.get_secret_value()
        plugin = services.plugin_of(url)
        title, body = await asyncio.to_thread(self.words, told, out.templates)

        def addresses(host: str, port: int) -> list[str]:
            looked_up = asyncio.run_coroutine_threadsafe(out.http.addresses(host, port), loop)
            return looked_up.result(self.timeout)

        exchange = services.Exchange(
            addresses, out.http.proxy, loop.time() + self.timeout, loop.time
        )
        try:
            async with asyncio.timeout(self.timeout):
                taken = await _in_a_thread(
                    lambda: services.hand_over(plugin, title, body, exchange)
                )
        except TimeoutError as error:
            raise DeliveryError(f"no answer within {self.timeout:g} s") from error
        if taken:
            return f"HTTP {exchange.status}"
        raise _refusal(exchange, services.without_secrets(exchange.said, url))

    def words(self, told: Told, templates: Templates) -> tuple[str, str]:
        """What is said: a title and lines, in the user's own words or in ours.

        It may take its time, as a template of the user's may.
        """
        from monitor.deliver import services

        longest = min(LONGEST, services.plugin_of(self.url.get_secret_value()).body_maxlen)
        own = own_words(told, templates, self.digest)
        said = own and in_own_words(*own, longest)
        return said or brief(told, longest)


def _refusal(exchange: Any, said: str) -> DeliveryError:
    if exchange.fault is not None:
        return DeliveryError(str(exchange.fault), retryable=exchange.fault.retryable)
    if exchange.status is None:
        return DeliveryError("Apprise sends nothing to such an address", retryable=False)
    seconds = exchange.retry_after or ""
    return DeliveryError(
        f"HTTP {exchange.status} {said}".strip(),
        retryable=exchange.status not in FOR_GOOD,
        retry_after=float(seconds) if seconds.isascii() and seconds.isdigit() else None,
    )


async def _in_a_thread(work: Callable[[], bool]) -> bool:
    """Not one of the loop's own, in which the database works, and none that the end waits for."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[bool] = loop.create_future()

    def settle(taken: bool, error: DeliveryError | None) -> None:
        if done.cancelled():
            return
        if error is not None:
            done.set_exception(error)
        else:
            done.set_result(taken)

    def run() -> None:
        taken, problem = False, None
        try:
            with contained(DeliveryError, "a message to a chat"):
                taken = work()
        except DeliveryError as error:
            problem = error
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(settle, taken, problem)

    threading.Thread(target=run, name="chat", daemon=True).start()
    return await done
