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


OWN_TYPES = "okr-"
"""How slugs of our types of blocks begin; those of earlier releases did not."""


def load_credentials(name: str, block: type[Signing]) -> Credentials:
    """Credentials from the block of that class and name.

    Raises:
        ConfigError: There is no such block, or it cannot be read.
        RetryableError: Prefect's API cannot be reached.
    """

    def load(name: str) -> Signing:
        try:
            # `_sync`: inside of an event loop, Prefect would answer with a coroutine.
            return cast("Signing", block.load(name, _sync=True))  # type: ignore[attr-defined]
        except ValidationError:
            raise
        except ValueError:  # there is none
            return _saved_by_earlier_release(name, block)

    return load_named(name, block.__name__, load).as_credentials()


def _saved_by_earlier_release(name: str, block: type[Signing]) -> Signing:
    """The block of that name as it was saved when slugs of types had no prefix.

    Raises:
        LookupError: There is none either.
    """
    from prefect.client.orchestration import get_client  # noqa: PLC0415 - a block was asked for
    from prefect.exceptions import ObjectNotFound  # noqa: PLC0415 - as above

    slug: str = block.get_block_type_slug()  # type: ignore[attr-defined]
    earlier = slug.removeprefix(OWN_TYPES)
    if earlier == slug:
        raise LookupError(name)
    try:
        with get_client(sync_client=True) as client:
            document = client.read_block_document_by_name(name, earlier)
    except ObjectNotFound as error:
        raise LookupError(name) from error
    return cast("Signing", block.model_validate(document.data))  # type: ignore[attr-defined]


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
