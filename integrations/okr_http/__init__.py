"""Any JSON endpoint as a source: one number by JMESPath, asked safely.

Importing this package imports neither prefect nor httpx.
"""

from okr_http.binding import HttpBinding
from okr_http.source import HttpSource

SOURCE = HttpSource()
"""What the entry point `http` of the group `okr.sources` offers."""

__all__ = ["SOURCE", "HttpBinding", "HttpSource"]
