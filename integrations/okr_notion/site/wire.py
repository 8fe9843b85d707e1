"""Wire: the shape of what goes to Notion and comes back."""

from __future__ import annotations

Json = dict[str, object]
"""An object of a body or of an answer."""
