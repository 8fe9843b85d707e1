"""Blocks: loading Prefect blocks so that whatever goes wrong is one of our errors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar, cast

from pydantic import ValidationError

from okr_core.errors import ConfigError, RetryableError
from okr_sources.source import Credentials

B = TypeVar("B")


class Signing(Protocol):
    """A Prefect block that holds what signs requests."""

    def as_credentials(self) -> Credentials:
        """What a session is opened with."""


def load_credentials(
    name: str, block: type[Signing], earlier: type[Signing] | None = None
) -> Credentials:
    """Credentials from the block of that class and name.

    Args:
        name: Name of the block document.
        block: Its class.
        earlier: The class that saved such blocks in earlier releases; None: there was none.

    Raises:
        ConfigError: There is no such block, or it cannot be read.
        RetryableError: Prefect's API cannot be reached.
    """

    def load(name: str) -> Signing:
        try:
            return _loaded(name, block)
        except ValidationError:
            raise
        except ValueError:  # there is none
            if earlier is None:
                raise
            return _loaded(name, earlier)

    return load_named(name, block.__name__, load).as_credentials()


def _loaded(name: str, block: type[Signing]) -> Signing:
    # `_sync`: inside of an event loop, Prefect would answer with a coroutine.
    return cast("Signing", block.load(name, _sync=True))  # type: ignore[attr-defined]


def load_named(name: str, kind: str, load: Callable[[str], B]) -> B:
    """The block of that name.

    Args:
        name: Name of the block document.
        kind: Class of the block, for messages.
        load: The class's `load`.

    Raises:
        ConfigError: There is no such block, or it lacks a field.
        RetryableError: Prefect's API cannot be reached.
    """
    try:
        return load(name)
    except ValidationError:
        # Pydantic's text quotes what it was given.
        raise ConfigError(
            f"{kind} block `{name}` lacks a field or has a wrong one.", hint="Save it again."
        ) from None
    except (ValueError, LookupError):
        raise ConfigError(
            f"there is no {kind} block `{name}`.",
            hint="Create it in Prefect's UI under Blocks, or with the class's `save`.",
        ) from None
    except Exception as error:  # noqa: BLE001 - Prefect's client raises httpx's, OS and own errors
        raise RetryableError(
            f"{kind} block `{name}` cannot be loaded: Prefect's API does not answer "
            f"({type(error).__name__}).",
            hint="Check PREFECT_API_URL and that the server runs.",
        ) from None
