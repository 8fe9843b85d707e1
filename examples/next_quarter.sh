#!/bin/sh
# From a quarter to the next, in the company that from_a_sheet.sh made: its goals go on from where
# they stand. Nobody writes YAML. Usage: examples/next_quarter.sh FOLDER CYCLE, such as company 2027-q1
set -eu

cd "$1"
OKR_PERSON=ada
export OKR_PERSON

okr next "$2" --carry all      # baselines are the last values; what is reached stays behind
okr apply --reason "Goals that go on"
okr status --cycle "$2"
