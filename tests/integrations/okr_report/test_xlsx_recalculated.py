"""The workbook as LibreOffice calculates it."""

import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
import report_samples
from report_reading import book_of

from okr_report import ReportInput, report
from okr_report.xlsx import as_xlsx

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed"),
]
_CACHED = re.compile(rb"(</f>)<v>[^<]*</v>")


def without_values(data: bytes, path: Path) -> None:
    """Write a workbook whose formulas have no value yet."""
    source = path.with_suffix(".source")
    source.write_bytes(data)
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            new.writestr(name, _CACHED.sub(rb"\1", old.read(name)))


def recalculated(data: bytes, folder: Path) -> bytes:
    """The workbook after LibreOffice has opened, calculated and saved it."""
    path, out = folder / "report.xlsx", folder / "out"
    without_values(data, path)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "xlsx", "--outdir", str(out)]
    subprocess.run([*command, str(path)], check=True, capture_output=True, timeout=150)
    return (out / path.name).read_bytes()


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    "report_input",
    [report_samples.running(), report_samples.restated(), report_samples.big(40)],
    ids=["running", "restated", "big"],
)
def test_every_formula_gives_our_figure(
    report_input: ReportInput, language: str, tmp_path: Path
) -> None:
    ours = as_xlsx(report(report_input, language="zh" if language == "zh" else "en"))
    theirs = book_of(recalculated(ours, tmp_path))
    live, shown = book_of(ours, formulas=True), book_of(ours)
    compared = 0
    for sheet in live:
        for cell in (each for row in sheet.iter_rows() for each in row if each.data_type == "f"):
            mine = shown[sheet.title][cell.coordinate].value
            found = theirs[sheet.title][cell.coordinate].value
            if isinstance(mine, int | float):
                assert round(float(found), 6) == round(float(mine), 6), (
                    sheet.title,
                    cell.coordinate,
                )
            else:
                assert (found or "") == (mine or ""), (sheet.title, cell.coordinate)
            compared += 1
    assert compared > 50
