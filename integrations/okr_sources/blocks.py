"""Blocks: loading Prefect blocks so that whatever goes wrong is one of our errors."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from pydantic import ValidationError

from okr_core.errors import ConfigError, RetryableError

B = TypeVar("B")


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
