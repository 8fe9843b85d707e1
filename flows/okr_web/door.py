"""Door: every request passes here: who asks, how much, how often; and every answer: its headers."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from okr_core.errors import InputError, OkrError, RefusalError, RetryableError
from okr_core.plan.workspace import Workspace
from okr_report.locale import Language
from okr_web.house import House
from okr_web.identity.reader import Reader, reader_by_proxy, reader_by_session
from okr_web.rendering import hidden_field, rendered
from okr_web.safety.forms import FormError, read_form
from okr_web.safety.headers import headers_of
from okr_web.safety.limits import Limit
from okr_web.visit import Visit
from okr_web.voice import Voice, language_of

logger = logging.getLogger(__name__)

SESSION, LANGUAGE = "okr_session", "okr_lang"
KEPT = frozenset({"/style.css", "/icon.svg"})
"""What is about nobody: browsers may keep it."""
MARK = "mark"
"""Field of a form that shows that this session was given it."""
_FORMS_A_MINUTE, _UNKNOWN_A_MINUTE, _PAGES_A_MINUTE = 60, 60, 600
_LINKS_AN_HOUR, _HOUR = 3, 3600
"""How often one address is mailed a link: it is not the reader who asks, but anybody."""
_LANGUAGE_LASTS = 365 * 86_400


class Asked(NamedTuple):
    """A request, with the fields of its form; none where it is no form."""

    request: Request
    form: Mapping[str, str]
    language: Language


Handler = Callable[["Door", Asked], Response]
PageHandler = Callable[["Door", Asked, Visit], Response]
Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Alone:
    """A page that says one thing: keys of its heading and texts."""

    heading: str
    texts: tuple[str, ...]
    status: int = 200


class Press(NamedTuple):
    """The one button of such a page: where it leads, its fields, the key of its text."""

    method: str
    action: str
    fields: Mapping[str, str]
    text: str


NOBODY = Alone("who_are_you", ("who_are_you_text",), 401)
NOT_FOUND = Alone("not_found", ("not_found_text",), 404)
_FORM_REFUSED = Alone("form_refused", ("form_refused_text",), 403)
_TOO_OFTEN = Alone("too_often", ("too_often_text",), 429)
_BY_STATUS = {
    413: Alone("too_large", ("too_large_text",), 413),
    400: replace(_FORM_REFUSED, status=400),
    415: replace(_FORM_REFUSED, status=415),
}


class Door:
    """Lets requests in and answers out.

    Args:
        house: What pages answer from.
    """

    def __init__(self, house: House) -> None:
        self.house = house
        self._forms = Limit(_FORMS_A_MINUTE)
        self._unknown = Limit(_UNKNOWN_A_MINUTE)
        self._pages = Limit(_PAGES_A_MINUTE)
        self._mailed = Limit(_LINKS_AN_HOUR, _HOUR)

    # What is let in

    def page(self, handler: PageHandler) -> Endpoint:
        """An endpoint for readers who are known; others are asked to open their link."""

        def known(door: Door, asked: Asked) -> Response:
            workspace = door.house.workspace()
            reader = door.reader(asked.request, workspace)
            if reader is None:
                return door.nobody(asked)
            refused = door._refused(asked, reader)
            if refused is not None:
                return refused
            cycle = door.house.cycle(asked.request.query_params.get("cycle", ""))
            now = door.house.clock()
            visit = Visit(door.house, reader, workspace, asked.language, now, cycle)
            response = handler(door, asked, visit)
            if reader.renewed is not None and "set-cookie" not in response.headers:
                door.give_session(response, door.house.keys.session(reader.renewed))
            return response

        return self.open(known)

    def open(self, handler: Handler) -> Endpoint:
        """An endpoint for anybody."""

        async def endpoint(request: Request) -> Response:
            began = time.monotonic()
            response = await self._answered(handler, request)
            took = (time.monotonic() - began) * 1000
            # The route and not the path, which may hold a link.
            route = getattr(request.scope.get("route"), "path", "-")
            logger.info("%s %s %d %.0f ms", request.method, route, response.status_code, took)
            return response

        return endpoint

    async def _answered(self, handler: Handler, request: Request) -> Response:
        language = language_of(
            request.query_params.get("lang", ""),
            request.cookies.get(LANGUAGE, ""),
            request.headers.get("accept-language", ""),
        )
        asked = Asked(request, {}, language)
        try:
            if request.method == "POST":
                asked = asked._replace(form=await read_form(request))
            response = await run_in_threadpool(self._handled, handler, asked)
        except FormError as error:
            response = await run_in_threadpool(self.alone, asked, _BY_STATUS[error.status])
        self._finish(request, response, language)
        return response

    def _handled(self, handler: Handler, asked: Asked) -> Response:
        try:
            if not self._is_our_host(asked.request):
                return self.alone(asked, replace(NOT_FOUND, status=400))
            return handler(self, asked)
        except RetryableError as error:
            logger.warning("%s", error)
            return self.alone(asked, Alone("not_now", ("not_now_text",), 503))
        except (InputError, RefusalError) as error:
            return self.alone(asked, Alone("refused_heading", (), 409), error.message)
        except OkrError as error:
            logger.error("%s", error)  # noqa: TRY400 - it says what to do; where it was is no help
            return self.alone(asked, Alone("broken", ("broken_text",), 500))
        except Exception:
            logger.exception("a page failed")
            return self.alone(asked, Alone("broken", ("broken_text",), 500))

    def _is_our_host(self, request: Request) -> bool:
        """Whether the request is for the page's own name: others that lead here are a trick."""
        url = self._url()
        if not url:
            return True
        wanted, host = urlsplit(url), request.headers.get("host", "")
        try:
            named = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        return named in {wanted.hostname, "127.0.0.1", "localhost", "::1"}

    def _url(self) -> str:
        try:
            return self.house.workspace().web.url or ""
        except OkrError:
            return ""

    def reader(self, request: Request, workspace: Workspace) -> Reader | None:
        """Who asks; None: nobody who is known."""
        house, peer = self.house, request.client.host if request.client else ""
        header = workspace.web.user_header
        if header:
            named = request.headers.getlist(header)
            found = reader_by_proxy(workspace, peer, named, house.clock())
            if found is not None:
                return found
        cookie = request.cookies.get(SESSION, "")
        session = house.keys.read_session(cookie) if cookie else None
        if session is None:
            return None
        epoch = house.epoch(session.person)
        return reader_by_session(workspace, house.keys, cookie, epoch, house.clock())

    def _refused(self, asked: Asked, reader: Reader) -> Response | None:
        """Why a known reader is not let in just now; None: they are."""
        now = time.monotonic()
        if not self._pages.allows(reader.person, now):
            return self.alone(asked, _TOO_OFTEN)
        if asked.request.method != "POST":
            return None
        if not self.house.keys.is_form_mark(reader.session, asked.form.get(MARK, "")):
            return self.alone(asked, _FORM_REFUSED)
        return None if self._forms.allows(reader.person, now) else self.alone(asked, _TOO_OFTEN)

    def from_elsewhere(self, request: Request) -> bool:
        """Whether another site had the browser send this."""
        return request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}

    def too_many_unknown(self, request: Request) -> bool:
        """Whether an address has tried what nobody signed too often; this try is counted."""
        peer = request.client.host if request.client else ""
        return not self._unknown.allows(peer, time.monotonic())

    def may_be_mailed(self, address: str) -> bool:
        """Whether an address is mailed once more; this one is counted."""
        return self._mailed.allows(address.casefold(), time.monotonic())

    # What is given out

    def nobody(self, asked: Asked) -> Response:
        """That the reader is not known, and how they become so."""
        ended = SESSION in asked.request.cookies
        what = replace(NOBODY, texts=("who_are_you_again",)) if ended else NOBODY
        return self.alone(asked, what)

    def give_session(self, response: Response, cookie: str) -> None:
        """Set the session's cookie."""
        response.set_cookie(
            SESSION,
            cookie,
            max_age=1800,
            httponly=True,
            secure=self._secure(),
            samesite="lax",
            path="/",
        )

    def take_session(self, response: Response) -> None:
        """Take the session's cookie away."""
        response.delete_cookie(
            SESSION, path="/", httponly=True, secure=self._secure(), samesite="lax"
        )

    def see_other(self, address: str) -> Response:
        """Go on to another page of ours."""
        assert address.startswith("/"), "only to pages of ours"
        return RedirectResponse(address, 303)

    def alone(
        self,
        asked: Asked,
        what: Alone,
        *more: str,
        press: Press | None = None,
        values: Mapping[str, object] | None = None,
    ) -> Response:
        """A page that says one thing.

        Args:
            asked: The request.
            what: What it says.
            more: Texts as they are.
            press: Its one button; None: it has none.
            values: What stands in the heading.
        """
        workspace = self._workspace()
        voice = Voice(asked.language, ZoneInfo("UTC"), self.house.clock().date())
        contact = None
        contact_asked = what.status in {401, 403}
        if workspace is not None and contact_asked:
            contact = workspace.people.get(workspace.web.contact or "")
        html = rendered(
            "alone.html",
            voice,
            organization=workspace.organization if workspace else "OKR",
            reader=None,
            page="",
            heading=voice(what.heading, **(values or {})),
            texts=(*map(voice, what.texts), *more),
            press=press,
            contact=contact,
            mails_links=contact_asked and self._mails_links(),
        )
        return _html(html, what.status)

    def _mails_links(self) -> bool:
        try:
            return self.house.mails_links()
        except OkrError:
            return False

    def _workspace(self) -> Workspace | None:
        try:
            return self.house.workspace()
        except OkrError:
            return None

    def shown(
        self, template: str, visit: Visit, page: str, *, status: int = 200, **values: object
    ) -> Response:
        """A page for its reader."""
        mark = self.house.keys.form_mark(visit.reader.session)
        figures = visit.whole.as_of
        voice = visit.voice
        html = rendered(
            template,
            voice,
            organization=visit.workspace.organization,
            reader=visit.reader,
            page=page,
            waiting=len(visit.waiting),
            cycle=visit.cycle.id,
            revision=visit.whole.revision,
            figures_of=f"{voice.long_day(figures)}, {voice.clock(figures)}",
            hidden_mark=lambda: hidden_field(MARK, mark),
            **values,
        )
        return _html(html, status)

    def _finish(self, request: Request, response: Response, language: Language) -> None:
        kept = request.url.path in KEPT
        response.headers.update(headers_of(secure=self._secure(), kept=kept))
        if request.query_params.get("lang") == language:
            response.set_cookie(
                LANGUAGE,
                language,
                max_age=_LANGUAGE_LASTS,
                secure=self._secure(),
                httponly=True,
                samesite="lax",
            )

    def _secure(self) -> bool:
        return self._url().startswith("https:")


def _html(html: str, status: int) -> Response:
    return Response(html, status, media_type="text/html")
