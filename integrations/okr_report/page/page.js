"use strict";
// Everything can be read without this: it filters, sorts, searches, and opens what a link names.
(() => {
  const root = document.documentElement;
  const theme = document.getElementById("_theme");
  theme.hidden = false;
  theme.addEventListener("click", () => {
    const dark = matchMedia("(prefers-color-scheme: dark)").matches;
    const now = root.dataset.theme || (dark ? "dark" : "light");
    root.dataset.theme = now === "dark" ? "light" : "dark";
  });

  const form = document.getElementById("_filters");
  const list = document.getElementById("_objectives_list");
  const articles = list ? [...list.querySelectorAll("article")] : [];
  const keyResults = list ? [...list.querySelectorAll("li.kr")] : [];
  const text = new Map();
  const place = new Map([...articles, ...keyResults].map((each, index) => [each, index]));
  // What people wrote: not the words of the page, nor the titles that a goal serves.
  const written = "h3 .title, .c-title .title, q";
  const textOf = (element) => {
    if (!text.has(element)) {
      const parts = [...element.querySelectorAll(written)].map((each) => each.textContent);
      text.set(element, [element.id, ...parts].join("\n").toLowerCase());
    }
    return text.get(element);
  };

  const state = () => new URLSearchParams([...new FormData(form)].filter(([, value]) => value));

  function matches(article, item, wanted) {
    const from = { team: article.dataset.team, ambition: article.dataset.ambition,
      role: item.dataset.role || article.dataset.role, status: item.dataset.status };
    for (const name of ["team", "role", "status", "ambition"]) {
      if (wanted.has(name) && wanted.get(name) !== from[name]) return false;
    }
    const q = (wanted.get("q") || "").trim().toLowerCase();
    return !q || textOf(item).includes(q) || textOf(article.querySelector(".objective")).includes(q)
      || article.id.includes(q);
  }

  // What has no value for an order comes last, whichever way the order goes.
  function order(items, by) {
    const key = (each) => by === "title" ? each.querySelector(".title").textContent
      : by ? (each.dataset[by] ? Number(each.dataset[by]) : Infinity) : place.get(each);
    return items.map((each) => [key(each), each])
      .sort(([a, one], [b, two]) => by === "title" ? a.localeCompare(b)
        : a === b ? place.get(one) - place.get(two) : a < b ? -1 : 1)
      .map(([, each]) => each);
  }

  function apply() {
    const wanted = state();
    let shown = 0;
    for (const article of articles) {
      const own = [...article.querySelectorAll("li.kr")];
      const kept = own.filter((item) => matches(article, item, wanted));
      own.forEach((item) => { item.hidden = !kept.includes(item); });
      const bare = !own.length && ![...wanted.keys()].some((name) => name !== "sort");
      article.hidden = !kept.length && !bare;
      shown += kept.length;
      const rows = article.querySelector(".krs");
      if (rows) rows.append(...order(own, wanted.get("sort")));
    }
    const by = wanted.get("sort");
    const first = (article) => article.querySelector("li.kr:not([hidden])") || article;
    const sorted = by && by !== "title"
      ? order(articles.map(first), by).map((each) => each.closest("article"))
      : order(articles, by);
    list.append(...sorted);
    const output = form.querySelector("output");
    output.textContent = output.dataset.template
      .replace("{shown}", shown).replace("{all}", keyResults.length);
  }

  function fill(query) {
    for (const field of form.elements) {
      if (field.name) field.value = query.get(field.name) || "";
    }
    apply();
  }

  function open(id) {
    const target = document.getElementById(id);
    if (!target) return;
    if (target.closest("[hidden]")) fill(new URLSearchParams());
    for (let up = target; up; up = up.parentElement) if (up.tagName === "DETAILS") up.open = true;
    const inner = target.matches("li.kr") && target.querySelector("details");
    if (inner) inner.open = true;
    target.scrollIntoView();
    const focus = target.matches("li.kr, article") ? target.querySelector("a.self") : target;
    focus.focus({ preventScroll: true });
  }

  function fragment() {
    const hash = location.hash.slice(1);
    try {
      return decodeURIComponent(hash);
    } catch {
      return hash; // typed by hand: a percent sign that escapes nothing
    }
  }

  function follow() {
    const hash = fragment();
    if (form && hash.startsWith("?")) {
      fill(new URLSearchParams(hash.slice(1)));
      document.getElementById("_objectives").scrollIntoView();
    } else if (hash) open(hash);
  }

  if (form) {
    form.hidden = false;
    const changed = () => {
      apply();
      const query = state().toString();
      history.replaceState(null, "", query ? `#?${query}` : "#_objectives");
    };
    form.addEventListener("input", changed);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(changed));
    apply();
  }
  addEventListener("hashchange", follow);
  addEventListener("beforeprint", () => {
    document.querySelectorAll("details").forEach((each) => { each.open = true; });
  });
  follow();
  // The browser looks up the fragment by itself once the page is there, and takes the focus along.
  addEventListener("load", () => setTimeout(follow));
})();
