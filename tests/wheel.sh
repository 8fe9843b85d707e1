#!/usr/bin/env bash
# Builds the wheel, installs it into a clean environment and uses it from an empty folder.
set -euo pipefail
python="$1"
root="$(cd "$(dirname "$0")/.." && pwd)"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

"$root/$python" -m build --quiet --wheel --outdir "$work/dist" "$root"
"$root/$python" -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet -c "$root/constraints.txt" "$work"/dist/*.whl
mkdir "$work/empty" && cd "$work/empty"
export PATH="$work/venv/bin:$PATH" PREFECT_HOME="$work/prefect"
okr --help > /dev/null
okr init company > /dev/null
cd company
okr check
okr apply --reason "first plan"
okr status
okr schema plan > /dev/null
okr audit verify
okr report --format html,pdf,xlsx,md,json,digest
for form in html pdf xlsx md json; do
  ls reports/*."$form" > /dev/null
done
python - <<'PY'
import importlib.metadata as metadata
import pathlib

import okr_core, okr_flows.report.report_cycle, okr_flows.score.score_cycle, okr_flows.sync.sync_progress, okr_http, okr_jira
import okr_calendar, okr_flows.clock.run_cycle, okr_mail, okr_notion, okr_report, okr_sandbox, okr_sheets, okr_sources
import okr_store, okr_web.rendering

for package in (
    okr_calendar, okr_core, okr_flows, okr_http, okr_jira, okr_mail, okr_notion, okr_report, okr_sandbox, okr_sheets,
    okr_sources, okr_store, okr_web,
):
    folder = pathlib.Path(package.__file__).parent
    assert "site-packages" in str(folder), f"{package.__name__} comes from {folder}"
    assert (folder / "py.typed").is_file(), f"{package.__name__} has no py.typed"
kinds = sorted(entry.name for entry in metadata.entry_points(group="okr.sources"))
assert kinds == ["http", "jira", "notion"], kinds
PY
echo "wheel: installs, starts and works from an empty folder"
