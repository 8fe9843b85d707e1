#!/bin/sh
# From a spreadsheet to a first report: a company of 60 people, 4 teams and 14 key results.
# Nobody writes YAML. Usage: examples/from_a_sheet.sh [FOLDER]
set -eu

sheets=$(cd "$(dirname "$0")/sheets" && pwd)
company=${1:-company}

okr init "$company" --by ada
cd "$company"
OKR_PERSON=ada
export OKR_PERSON

okr import csv "$sheets/people.csv" --yes        # 60 people, their teams and roles
okr import csv "$sheets/okrs.csv" --yes          # 6 objectives, 14 key results, where they stand
okr check
okr status
okr checkin new-teams-reach.week-1-activation 37.5 --confidence 7 --note "The beta is open"
okr score --dry-run
okr report
