"""`okr store upgrade`: an older store brought to the version that this release works with."""

from __future__ import annotations

from okr_cli.documents.export import UpgradedDocument
from okr_cli.shell.home import Desk
from okr_cli.shell.options import HERE, Format, Place
from okr_cli.shell.output import print_json, print_text


def upgrade(*, format_: Format = "text", place: Place = HERE) -> int:
    """Bring the store to the version of this release, in one transaction. Back it up before.

    Upgrade every worker first: one of an older release refuses a store that is newer than itself.
    """
    from okr_store.schema import upgrade_existing  # noqa: PLC0415 - SQLAlchemy takes half a second

    done = upgrade_existing(Desk.of(place).store_url())
    if format_ == "json":
        print_json(UpgradedDocument(store=done.location, before=done.before, after=done.after))
    elif done.before == done.after:
        print_text(f"{done.location} has version {done.after}; there is nothing to upgrade.")
    else:
        print_text(f"{done.location} has version {done.after} now; it had {done.before}.")
    return 0
