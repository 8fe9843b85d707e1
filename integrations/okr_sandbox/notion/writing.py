"""Endpoints that write pages and comments, as the integration's bot, at the clock's time."""

from starlette.requests import Request
from starlette.responses import Response

from okr_sandbox.gate import JsonAnswer
from okr_sandbox.notion.blocks import Comment, plain_text
from okr_sandbox.notion.columns import COMPUTED
from okr_sandbox.notion.content import Content
from okr_sandbox.notion.errors import invalid, not_found
from okr_sandbox.notion.records import DataSource, Page
from okr_sandbox.notion.requests import Body, as_id, cut, json_body, path_id, query_paging
from okr_sandbox.notion.values import empty
from okr_sandbox.notion.writes import written_cells

_CREATE = frozenset({"parent", "properties", "children", "content", "icon", "cover"})
_UPDATE = frozenset(
    {"properties", "in_trash", "archived", "is_locked", "icon", "cover", "erase_content"}
)
_COMMENT = frozenset({"parent", "discussion_id", "rich_text", "attachments", "display_name"})


class Writing(Content):
    """The writing endpoints; icons, covers and locks are accepted and not kept."""

    async def create_page(self, request: Request) -> Response:
        """POST /v1/pages: a row, or a page below a page."""
        body = await json_body(request, _CREATE)
        page = self._new_page(body.get("parent"))
        cells = written_cells(body.get("properties", {}), page.columns, page.source)
        page.initial.update(cells)
        page.blocks.extend(self.new_blocks(body.get("children") or body.get("content") or []))
        if page.source is not None:
            page.source.add(page)
        else:
            self.workspace.register(page)
        return JsonAnswer(self.page_state(page.id).json())

    def _new_page(self, parent: object) -> Page:
        where = parent if isinstance(parent, dict) else {"workspace": True}
        now, bot = self.gate.clock.now(), self.workspace.bot.id
        if "page_id" in where:
            above = self.page_state(as_id(where["page_id"], "body.parent.page_id")).page
            return Page(
                self.workspace.new_id(), self.workspace, now, bot, {"title": ""}, parent=above
            )
        if "data_source_id" in where or "database_id" in where:
            source = self._source_of(where)
            cells = {name: empty(c) for name, c in source.columns.items() if c.kind not in COMPUTED}
            return Page(self.workspace.new_id(), self.workspace, now, bot, cells, source)
        return Page(self.workspace.new_id(), self.workspace, now, bot, {"title": ""})

    def _source_of(self, where: Body) -> DataSource:
        if "data_source_id" in where:
            return self.source(as_id(where["data_source_id"], "body.parent.data_source_id"))
        database_id = as_id(where["database_id"], "body.parent.database_id")
        database = self.workspace.databases.get(database_id)
        if database is None or not database.shared:
            raise not_found("database", database_id)
        if len(database.sources) != 1:
            raise invalid("Databases with multiple data sources need a data_source_id as parent.")
        return self.source(database.sources[0].id)

    async def update_page(self, request: Request) -> Response:
        """PATCH /v1/pages/{page_id}: cells, and the trash."""
        page = self.page_state(path_id(request, "page_id")).page
        body = await json_body(request, _UPDATE)
        now = self.gate.clock.now()
        trash = body.get("in_trash", body.get("archived"))
        if page.archived is not None and page.archived <= now and trash is not False:
            raise invalid("Can't edit page that is archived. Unarchive it before editing.")
        cells = written_cells(body.get("properties") or {}, page.columns, page.source)
        for name, value in cells.items():
            page.put(now, name, value, self.workspace.bot.id)
        if isinstance(body.get("is_locked"), bool):
            page.locked = body["is_locked"] is True
        if isinstance(trash, bool):
            page.archive(now if trash else None)
        if body.get("erase_content") is True:
            self.erase(page)
        return JsonAnswer(self.page_state(page.id).json())

    async def comments(self, request: Request) -> Response:
        """GET /v1/comments of a page, oldest first."""
        page, _ = self.owner(as_id(request.query_params.get("block_id"), "query.block_id"))
        now = self.gate.clock.now()
        found = [comment for comment in page.comments if comment.created <= now]
        part = cut(found, query_paging(request), lambda comment: comment.id)
        shown = [comment.json(self.workspace.bot.name) for comment in part.items]
        return JsonAnswer({**part.envelope("comment"), "results": shown})

    async def create_comment(self, request: Request) -> Response:
        """POST /v1/comments: on a page or block, or into a discussion."""
        body = await json_body(request, _COMMENT)
        text = plain_text(body.get("rich_text"), "body.rich_text")
        page, discussion = self._discussed(body)
        workspace = self.workspace
        now, bot = self.gate.clock.now(), workspace.bot
        comment = Comment(workspace.new_id(), discussion, page.id, text, now, bot.id)
        page.comments.append(comment)
        return JsonAnswer(comment.json(bot.name))

    def _discussed(self, body: Body) -> tuple[Page, str]:
        parent = body.get("parent")
        if isinstance(parent, dict):
            target = parent.get("page_id") or parent.get("block_id")
            page, _ = self.owner(as_id(target, "body.parent.page_id"))
            return page, self.workspace.new_id()
        discussion = as_id(body.get("discussion_id"), "body.discussion_id")
        for page in self.workspace.pages.values():
            if page.visible and any(c.discussion == discussion for c in page.comments):
                return page, discussion
        raise not_found("discussion", discussion)
