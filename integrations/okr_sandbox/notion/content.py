"""Endpoints of a page's content: blocks and the blocks inside them."""

from collections.abc import Iterator
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from okr_sandbox.gate import JsonAnswer
from okr_sandbox.notion.blocks import DEFAULTS, Block, block_kind, content_of
from okr_sandbox.notion.errors import invalid, not_found
from okr_sandbox.notion.reading import Reading, database_json
from okr_sandbox.notion.records import Page
from okr_sandbox.notion.requests import Body, Part, as_id, cut, json_body, path_id, query_paging
from okr_sandbox.notion.state import CONTENT, parent_json

_APPEND = frozenset({"children", "after", "position"})
_UPDATE = frozenset({*DEFAULTS, "in_trash", "archived", "type", "object"})


class Content(Reading):
    """The endpoints of blocks; a page is a block too."""

    def owner(self, block_id: str) -> tuple[Page, Block | None]:
        """The page that a block is on, and the block (None where the id is the page's).

        Raises:
            NotionRefusal: 404.
        """
        state = self.now().page(block_id)
        if state is not None:
            return state.page, None
        now = self.gate.clock.now()
        for page in self.workspace.pages.values():
            if not page.blocks or not page.visible:
                continue
            for block in _all(page.blocks):
                if block.id == block_id and block.created <= now:
                    return page, block
        raise not_found("block", block_id)

    async def block(self, request: Request) -> Response:
        """GET /v1/blocks/{block_id}."""
        page, block = self.owner(path_id(request, "block_id"))
        return JsonAnswer(self._page_block(page) if block is None else self._json(page, block))

    async def children(self, request: Request) -> Response:
        """GET /v1/blocks/{block_id}/children."""
        page, block = self.owner(path_id(request, "block_id"))
        now = self.gate.clock.now()
        inside = page.blocks if block is None else block.children
        found = [self._json(page, child) for child in inside if child.here(now)]
        if block is None:
            found += self._below(page)
        part = cut(found, query_paging(request), lambda body: str(body["id"]))
        return JsonAnswer({**part.envelope("block"), "results": list(part.items)})

    async def append(self, request: Request) -> Response:
        """PATCH /v1/blocks/{block_id}/children: add blocks at the end, the start, or after one."""
        page, block = self.owner(path_id(request, "block_id"))
        body = await json_body(request, _APPEND)
        inside = page.blocks if block is None else block.children
        at = _position(body, inside)
        made = self.new_blocks(body.get("children"))
        inside[at:at] = made
        self._edited(page, block)
        part: Part[Block] = Part(made, None)
        results = [self._json(page, child) for child in made]
        return JsonAnswer({**part.envelope("block"), "results": results})

    async def update_block(self, request: Request) -> Response:
        """PATCH /v1/blocks/{block_id}: its content, or the trash."""
        page, block = self.owner(path_id(request, "block_id"))
        body = await json_body(request, _UPDATE)
        if block is None:
            raise invalid("A page is updated through /v1/pages.")
        trash = body.get("in_trash", body.get("archived"))
        if isinstance(trash, bool):
            block.trashed = self.gate.clock.now() if trash else None
        given = body.get(block.kind)
        if isinstance(given, dict):
            block.content = {**block.content, **content_of(block.kind, given, "body")}
        self._edited(page, block)
        return JsonAnswer(self._json(page, block))

    async def delete_block(self, request: Request) -> Response:
        """DELETE /v1/blocks/{block_id}: into the trash."""
        page, block = self.owner(path_id(request, "block_id"))
        now = self.gate.clock.now()
        if block is None:
            page.archive(now)
            return JsonAnswer(self._page_block(page))
        block.trashed = now
        self._edited(page, block)
        return JsonAnswer(self._json(page, block))

    def new_blocks(self, children: object, path: str = "body.children") -> list[Block]:
        """Blocks out of a request, with those inside them.

        Raises:
            NotionRefusal: 400.
        """
        if not isinstance(children, list):
            raise invalid(f"body failed validation: {path} should be an array.")
        return [self._new_block(child, f"{path}[{i}]") for i, child in enumerate(children)]

    def erase(self, page: Page) -> None:
        """Move all blocks of a page to the trash."""
        now = self.gate.clock.now()
        for block in page.blocks:
            block.trashed = block.trashed or now
        self._edited(page, None)

    def _new_block(self, body: object, path: str) -> Block:
        if not isinstance(body, dict):
            raise invalid(f"body failed validation: {path} should be an object.")
        kind = block_kind(body, path)
        given: Body = body[kind]
        now = self.gate.clock.now()
        content = {**DEFAULTS[kind], **content_of(kind, given, path)}
        block = Block(self.workspace.new_id(), kind, content, now, now, by=self.workspace.bot.id)
        block.children = self.new_blocks(given.get("children", []), f"{path}.{kind}.children")
        return block

    def _edited(self, page: Page, block: Block | None) -> None:
        now = self.gate.clock.now()
        if block is not None:
            block.edited = now
        page.put(now, CONTENT, None, self.workspace.bot.id)

    def _json(self, page: Page, block: Block) -> Body:
        above = next((b for b in _all(page.blocks) if block in b.children), None)
        parent: Body = {"type": "page_id", "page_id": page.id}
        if above is not None:
            parent = {"type": "block_id", "block_id": above.id}
        return block.json(parent, page.by, self.gate.clock.now())

    def _page_block(self, page: Page) -> Body:
        state = self.now().page(page.id)
        assert state is not None
        title: Body = {"title": state.title}
        shown = Block(page.id, "child_page", title, page.created, state.edited)
        shown.children = [block for block in page.blocks if block.here(self.gate.clock.now())]
        body = shown.json(parent_json(page), page.by, self.gate.clock.now())
        return {**body, "in_trash": state.in_trash}

    def _below(self, page: Page) -> list[Body]:
        """Pages and databases that live on a page."""
        now = self.gate.clock.now()
        pages = [p for p in self.workspace.pages.values() if p.parent is page and p.visible]
        found = [self._page_block(p) for p in pages if _exists(p, now)]
        for database in self.workspace.databases.values():
            if database.parent is page and database.shared:
                title: Body = {"title": database.name}
                block = Block(database.id, "child_database", title, page.created, page.created)
                parent = database_json(database)["parent"]
                assert isinstance(parent, dict)
                found.append(block.json(parent, page.by, now))
        return found


def _exists(page: Page, now: datetime) -> bool:
    return page.created <= now and (page.archived is None or page.archived > now)


def _all(blocks: list[Block]) -> Iterator[Block]:
    for block in blocks:
        yield from block.walk()


def _position(body: Body, inside: list[Block]) -> int:
    position = body.get("position")
    where = position if isinstance(position, dict) else {}
    if where.get("type") == "start":
        return 0
    after = where.get("after_block")
    named = after.get("id") if isinstance(after, dict) else body.get("after")
    if named is None:
        return len(inside)
    wanted = as_id(named, "body.after")
    for index, block in enumerate(inside):
        if block.id == wanted:
            return index + 1
    raise not_found("block", wanted)
