#!/usr/bin/env bash
# What users get today: the wheel installed without constraints, on a real server, until a schedule fires.
set -euo pipefail
python="$1"
root="$(cd "$(dirname "$0")/.." && pwd)"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

"$root/$python" -m build --quiet --wheel --outdir "$work/dist" "$root"
"$root/$python" -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet "$work"/dist/*.whl pytest pytest-timeout hypothesis
"$work/venv/bin/python" -m pip list | grep -i -E '^(prefect|fastapi|sqlalchemy|pydantic|httpx|starlette) '
cd "$root"
"$work/venv/bin/python" -m pytest -q -m slow -p no:cacheprovider \
  tests/e2e/test_deploy.py -k 'a_deployed_schedule_fires_by_itself'
