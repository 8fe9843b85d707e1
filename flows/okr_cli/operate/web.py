"""`okr web`: the page for people without a terminal, and the personal links that open it."""

from __future__ import annotations

import logging
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from okr_cli.files.dotenv_edit import with_ignored, with_variables
from okr_cli.files.writing import Draft, write_all
from okr_cli.shell.acting import actor, clock
from okr_cli.shell.dotenv import DOTENV_FILE
from okr_cli.shell.home import Home, read_text
from okr_cli.shell.options import HERE, By, Format, Place
from okr_cli.shell.output import show, tell
from okr_core.basics.command import okr
from okr_core.errors import InputError
from okr_flows.documents.web import LinkDocument, RevokedDocument
from okr_flows.people.keys import VARIABLE, Keys, new_secret
from okr_flows.people.links import link_for, person_with_links, revoke_links
from okr_flows.run.cycle import current_workspace
from okr_mail import PASSWORD_VARIABLE

if TYPE_CHECKING:
    from okr_store import Store

HOST, PORT = "127.0.0.1", 8760


def web(
    does: Annotated[
        Literal["link", "revoke"] | None,
        Parameter(help="link: print PERSON's link; revoke: end all of theirs; nothing: serve."),
    ] = None,
    person: Annotated[str | None, Parameter(help="Id of the person, or their name.")] = None,
    /,
    *,
    once: Annotated[bool, Parameter(help="With link: it opens once.")] = False,
    reason: Annotated[str, Parameter(help="With revoke: why.")] = "",
    host: Annotated[str, Parameter(help="Address to listen on.")] = HOST,
    port: Annotated[int, Parameter(help="Port to listen on.")] = PORT,
    by: By = None,
    format_: Format = "text",
    place: Place = HERE,
) -> int:
    """Serve the page: what waits for a person, how it goes, check-ins; until Ctrl-C.

    People open it by their personal link, which lasts seven days, or behind a proxy that signs
    them in (`web` in okr.yaml). The links are signed with OKR_WEB_SECRET, which is made in .env
    on first use. A link is as good as a password: give it to its person alone.
    """
    home = Home.of(place)
    if does is None:
        if person is not None:
            raise InputError(f"the page is nobody's alone, not `{person}`'s.", hint=_usage())
        return _serve(home, host, port)
    if person is None:
        raise InputError(f"to {does} needs a person.", hint=_usage())
    with home.open_store() as store:
        if does == "link":
            return _link(home, store, person, format_, once=once)
        whose = revoke_links(store, person, actor=actor(by), now=clock(), reason=reason)
    document = RevokedDocument(person=whose)
    show(format_, document, f"All links and sessions of {whose} have ended.")
    return 0


def _usage() -> str:
    return (
        f"Run {okr('web').code}, {okr('web', 'link', 'PERSON').code} or "
        f"{okr('web', 'revoke', 'PERSON').code}."
    )


def _link(home: Home, store: Store, name: str, format_: Format, *, once: bool) -> int:
    now = clock()
    person = person_with_links(store, name, now)
    keys = _keys(home)
    workspace = current_workspace(store)
    url = (workspace.web.url if workspace else None) or f"http://{HOST}:{PORT}"
    address = link_for(store, keys, person, url, now, "once" if once else "page")
    if workspace is not None and workspace.web.url is None:
        tell("okr.yaml says no `web.url`: the link leads to a page on this computer.")
    show(format_, LinkDocument(person=person, address=address, once=once), address)
    return 0


def _serve(home: Home, host: str, port: int) -> int:
    keys = _keys(home)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    with home.open_store() as store:
        if current_workspace(store) is None:
            raise InputError(
                "the store has no workspace.", hint=f"Run {okr('apply', 'okr.yaml').code}."
            )
        tell(
            f"page on http://{host}:{port} until Ctrl-C; {okr('web', 'link', 'PERSON').code} "
            "prints what opens it."
        )
        # By its name: two doors that know nothing of each other, and one is slow to load.
        password = home.env.get(PASSWORD_VARIABLE, "")
        resolve_name("okr_web.serving:serve")(store, keys, clock, host, port, password)
    return 0


def _keys(home: Home) -> Keys:
    """What links are signed with; made where the workspace has none yet.

    Raises:
        InputError: There is none, and no folder to keep one in.
    """
    secret = home.env.get(VARIABLE, "").strip()
    if secret:
        return Keys(secret)
    if home.folder is None:
        raise InputError(
            f"{VARIABLE} is not set; links are signed with it.",
            hint="Set it to 32 random signs or more, the same wherever the page runs.",
        )
    secret = new_secret()
    path, ignore = home.folder / DOTENV_FILE, home.folder / ".gitignore"
    text = with_variables(read_text(path) if path.is_file() else "", {VARIABLE: secret})
    before = read_text(ignore) if ignore.is_file() else ""
    drafts = [Draft(path, text, private=True)]
    if with_ignored(before) != before:
        drafts.insert(0, Draft(ignore, with_ignored(before)))
    write_all(drafts)
    tell(f"made {VARIABLE} in {home.shown(path)}; the page needs the same wherever it runs.")
    return Keys(secret)
