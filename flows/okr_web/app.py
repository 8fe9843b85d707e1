"""App: the pages and what they do, as an ASGI application."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from threading import Lock
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.responses import Response
from starlette.routing import Route

from okr_core.basics.who import is_address
from okr_core.record.voices import HelpWay
from okr_flows.checkin.comments import comment
from okr_flows.checkin.helping import help_on
from okr_flows.owed.replies import send
from okr_flows.owed.undo import undo_check_in, undo_help
from okr_flows.people.keys import Link, new_session
from okr_flows.people.links import use_link
from okr_web.door import NOT_FOUND, Alone, Asked, Door, Press
from okr_web.house import House
from okr_web.pages.answers import filled_in, reply_of
from okr_web.pages.goal import goal
from okr_web.pages.live import Asked as LiveAsked
from okr_web.pages.live import live
from okr_web.pages.me import me, recorded
from okr_web.pages.role import role
from okr_web.pages.talk import Talk
from okr_web.rendering import ICON, STYLE
from okr_web.visit import Visit

_SENT_KEPT = 500
"""Answers to forms that are given again where the same form comes twice."""


def create_app(house: House) -> Starlette:
    """The page as an ASGI application.

    Args:
        house: What it answers from.
    """
    door, sent = Door(house), _Sent()
    routes = [
        Route("/me", door.page(_me), methods=["GET"]),
        Route("/me", door.page(sent.answer), methods=["POST"]),
        Route("/undo", door.page(_undo), methods=["POST"]),
        Route("/comment", door.page(_comment), methods=["POST"]),
        Route("/help", door.page(_help), methods=["POST"]),
        Route("/", door.page(_live), methods=["GET"]),
        Route("/goal/{item}", door.page(_goal), methods=["GET"]),
        Route("/role/{name}", door.page(_role), methods=["GET"]),
        Route("/leave", door.page(_leave), methods=["POST"]),
        Route("/l/{token}", door.open(_link), methods=["GET"]),
        Route("/l", door.open(_press), methods=["POST"]),
        Route("/link", door.open(_mail_link), methods=["POST"]),
        Route("/style.css", door.open(_style), methods=["GET"]),
        Route("/icon.svg", door.open(_icon), methods=["GET"]),
        Route("/health", door.open(_health), methods=["GET"]),
        Route("/{rest:path}", door.open(_nothing), methods=["GET", "POST"]),
    ]
    return Starlette(routes=routes)


# Pages


def _me(door: Door, _: Asked, visit: Visit) -> Response:
    return door.shown("me.html", visit, "me", view=me(visit), form_number=_number())


def _live(door: Door, asked: Asked, visit: Visit) -> Response:
    view = live(visit, LiveAsked.of(asked.request.query_params))
    return door.shown("live.html", visit, "live", view=view)


def _goal(door: Door, asked: Asked, visit: Visit) -> Response:
    item = asked.request.path_params["item"]
    audience = visit.audience_of(item)
    view = goal(visit, item, audience) if audience else None
    if view is None:
        return door.alone(asked, NOT_FOUND)
    return door.shown("goal.html", visit, "live", view=view, form_number=_number())


def _role(door: Door, asked: Asked, visit: Visit) -> Response:
    name = asked.request.path_params["name"]
    view = role(visit, name, visit.own_facts if name in visit.roles else visit.facts)
    if view is None:
        return door.alone(asked, NOT_FOUND)
    return door.shown("role.html", visit, "live", view=view)


def _number() -> str:
    """The number of a form, by which it is known when it comes twice."""
    return secrets.token_urlsafe(12)


class _Sent:
    """What was answered to forms: the same form is carried out once, and answered alike."""

    def __init__(self) -> None:
        self._answers: OrderedDict[tuple[str, str], bytes] = OrderedDict()
        self._locks: dict[str, Lock] = {}
        self._lock = Lock()

    def answer(self, door: Door, asked: Asked, visit: Visit) -> Response:
        """Carry out what a person sent, and show what became of it."""
        number = asked.form.get("form", "")[:40]
        key = visit.reader.person, number
        with self._lock:
            one = self._locks.setdefault(visit.reader.person, Lock())
        # One person's forms one after the other: a form sent twice waits for its own answer.
        with one:
            if number and key in self._answers:
                return Response(self._answers[key], media_type="text/html")
            response = _answers(door, asked, visit)
            if number and response.status_code == 200:
                self._answers[key] = bytes(response.body)
                while len(self._answers) > _SENT_KEPT:
                    self._answers.popitem(last=False)
        return response


def _answers(door: Door, asked: Asked, visit: Visit) -> Response:
    filled = {each.name: each for each in filled_in(asked.form)}
    whole = visit.whole
    replies = [
        reply
        for each in filled.values()
        if (reply := reply_of(each, visit.reader.person, whole)) is not None
    ]
    _ = visit.own_facts, visit.waiting  # as it stands before
    outcomes = send(door.house.store, visit.cycle.id, replies, visit.occasion()) if replies else ()
    after = visit.again(door.house.clock())
    view = recorded(visit, after, outcomes, filled)
    return door.shown("sent.html", after, "me", view=view, form_number=_number())


def _undo(door: Door, asked: Asked, visit: Visit) -> Response:
    form = asked.form
    if "help" in form:
        item = form.get("item", "")
        undo_help(door.house.store, visit.cycle.id, item, form["help"], visit.occasion())
        press = Press("get", f"/goal/{quote(item)}", {}, "back_to_goal")
        return door.alone(asked, Alone("undone", ("undone_help_text",)), press=press)
    undo_check_in(
        door.house.store,
        visit.cycle.id,
        form.get("key_result", ""),
        form.get("check_in", ""),
        visit.occasion(),
    )
    press = Press("get", f"/goal/{form['key_result']}", {}, "say_right")
    return door.alone(asked, Alone("undone", ("undone_text",)), press=press)


def _comment(door: Door, asked: Asked, visit: Visit) -> Response:
    """Record a comment on a goal, or on a check-in of it that the reader sees."""
    form, item = asked.form, asked.form.get("item", "")
    about = form.get("about", item)
    if about not in {id_ for id_, _ in _talk(visit, item).about}:
        return door.alone(asked, NOT_FOUND)
    comment(door.house.store, visit.cycle.id, about, form.get("text", ""), visit.occasion())
    return door.see_other(f"/goal/{quote(item)}#com")


def _help(door: Door, asked: Asked, visit: Visit) -> Response:
    """Ask for help on a key result, or offer it."""
    form, item = asked.form, asked.form.get("item", "")
    if not _talk(visit, item).may_help:
        return door.alone(asked, NOT_FOUND)
    way: HelpWay = "offered" if form.get("way") == "offered" else "asked"
    occasion = visit.occasion()
    help_on(door.house.store, visit.cycle.id, item, way, form.get("text", ""), occasion=occasion)
    return door.see_other(f"/goal/{quote(item)}#help")


def _talk(visit: Visit, item: str) -> Talk:
    """What the reader may say about an item; nothing where they do not see it."""
    audience = visit.audience_of(item)
    view = goal(visit, item, audience) if audience else None
    return view.talk if view else Talk()


# Who reads


def _link(door: Door, asked: Asked) -> Response:
    """Shows whose link it is; nothing is recorded: mail scanners open links too."""
    token = asked.request.path_params["token"]
    link = door.house.keys.read_link(token)
    refused = _refused_link(door, asked, link)
    if refused is not None or link is None:
        return refused or door.alone(asked, NOT_FOUND)
    name = door.house.workspace().people[link.person].name
    press = Press("post", "/l", {"token": token}, "link_press")
    return door.alone(
        asked, Alone("link_heading", ("link_text",)), press=press, values={"name": name}
    )


def _press(door: Door, asked: Asked) -> Response:
    """Opens the page for whoever presses their link's button."""
    link = door.house.keys.read_link(asked.form.get("token", ""))
    refused = _refused_link(door, asked, link)
    if refused is not None or link is None:
        return refused or door.alone(asked, NOT_FOUND)
    if door.from_elsewhere(asked.request):
        return door.alone(asked, Alone("form_refused", ("form_refused_text",), 403))
    now = door.house.clock()
    if link.purpose == "once":
        store = door.house.store
        if not use_link(store, link.number, link.person, purpose=link.purpose, now=now):
            return door.alone(asked, Alone("link_used", ("link_used_text",), 403))
    response = door.see_other("/me")
    session = new_session(link.person, link.epoch, now)
    door.give_session(response, door.house.keys.session(session))
    return response


def _mail_link(door: Door, asked: Asked) -> Response:
    """Mails whoever has that address their link; the answer is the same whether anybody has."""
    if door.from_elsewhere(asked.request):
        return door.alone(asked, Alone("form_refused", ("form_refused_text",), 403))
    if door.too_many_unknown(asked.request):
        return door.alone(asked, Alone("too_often", ("too_often_text",), 429))
    response = door.alone(asked, Alone("link_mailed", ("link_mailed_text",)))
    address = asked.form.get("address", "").strip()
    if is_address(address) and door.may_be_mailed(address):
        # After the answer: how long it takes to find a person, or to mail them, tells nothing.
        response.background = BackgroundTask(door.house.mail_link, address, asked.language)
    return response


def _refused_link(door: Door, asked: Asked, link: Link | None) -> Response | None:
    """Why a link does not open; None: it does."""
    house = door.house
    if link is None:
        if door.too_many_unknown(asked.request):
            return door.alone(asked, Alone("too_often", ("too_often_text",), 429))
        return door.alone(asked, Alone("link_unknown", ("link_unknown_text",), 403))
    workspace, now = house.workspace(), house.clock()
    if link.expired(now):
        return door.alone(asked, Alone("link_expired", ("link_expired_text",), 403))
    left = not workspace.is_with_us(link.person, now)
    if link.person not in workspace.people or left or house.epoch(link.person) != link.epoch:
        return door.alone(asked, Alone("link_revoked", ("link_revoked_text",), 403))
    return None


def _leave(door: Door, asked: Asked, _: Visit) -> Response:
    response = door.alone(asked, Alone("left_heading", ("left_text",)))
    door.take_session(response)
    return response


def _style(_: Door, __: Asked) -> Response:
    return Response(STYLE, media_type="text/css")


def _icon(_: Door, __: Asked) -> Response:
    return Response(ICON, media_type="image/svg+xml")


def _health(door: Door, _: Asked) -> Response:
    door.house.store.mark()
    return Response("ok\n", media_type="text/plain")


def _nothing(door: Door, asked: Asked) -> Response:
    return door.alone(asked, NOT_FOUND)
