"""The page for people without a terminal: what I owe, how it goes.

It reads how a cycle stands and calls use cases of `okr_flows`; no rule is its own.
`create_app` gives the ASGI application, `serve` runs it.
"""

from okr_flows.people.keys import Keys
from okr_web.app import create_app
from okr_web.house import House
from okr_web.serving import serve

__all__ = ["House", "Keys", "create_app", "serve"]
