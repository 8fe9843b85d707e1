"""Templates: the files of a new workspace, the least that works first, the rest as comments."""

WORKSPACE = """\
organization: $name
id: $id
timezone: UTC                       # an IANA name, such as Europe/Zurich
# country: CH                       # its holidays are days off; docs/calendar.md
# store: okr.db                     # or postgresql+psycopg://…; OKR_STORE_URL wins

people:
  $person: {name: $person}
#  ada: {name: Ada Okafor, email: ada@example.com, timezone: Africa/Lagos}

# teams:
#   growth: {name: Growth}

# roles:                            # people act in roles; a person may hold several
#   growth-lead:
#     purpose: New teams reach value soon
#     circle: growth
#     held_by: [{person: ada, share: 1}]

# connections:                      # tokens live in .env or in a Prefect block, never here
#   acme: {kind: jira, url: https://acme.atlassian.net}
#   wiki: {kind: notion}

# web: {url: https://okr.example.com}                        # the page for everyone; docs/page.md
# mail: {smtp: smtp.example.com, sender: okr@example.com}    # reminders; docs/reminders.md
"""

PLAN = """\
cycle: {id: $cycle, starts: $starts, ends: $ends}

objectives:
  - id: first-result
    title: Our first objective, in one sentence that people remember
    owner: $person
    key_results:
      - id: first-result.number
        title: A number that shows it, from 20 to 80
        metric: {kind: increase, unit: "%", baseline: 20, target: 80}

# More of what can be written; `okr schema plan` describes everything:
#
#  - id: activation
#    title: New teams reach value in their first week
#    why: Trial teams leave before they have seen a report
#    ambition: aspirational           # committed | aspirational | learning
#    team: growth
#    role: growth-lead
#    contributes_to: [first-result]
#    key_results:
#      - id: activation.done
#        title: All stories of the guided set-up are done
#        metric: {kind: increase, unit: "%", baseline: 0, target: 100}
#        due: $ends
#        source:
#          jira: {connection: acme, jql: "labels = activation", measure: done_ratio, scale: 100}
#      - id: activation.answer-time
#        title: Questions are answered within 4 hours
#        metric: {kind: at_most, unit: h, bound: 4}
#      - id: activation.launch
#        title: The guided set-up is live for all new teams
#        metric:
#          kind: milestones
#          parts: [{id: beta, title: Beta with five teams}, {id: all, title: Live for all}]
"""

DOTENV = """\
# Copy to .env (which git ignores) and fill in. OKR_<CONNECTION>_TOKEN and _USER, by the name of the
# connection in okr.yaml, in upper case, with _ for -.
#
# OKR_ACME_USER=you@example.com
# OKR_ACME_TOKEN=
# OKR_WIKI_TOKEN=
#
# Who you are for okr, and a store that a team shares:
# OKR_PERSON=$person
# OKR_STORE_URL=postgresql+psycopg://okr@db.example.com/okr
#
# What links to the page are signed with (`okr web` makes it), and the mail server's password:
# OKR_WEB_SECRET=
# OKR_MAIL_PASSWORD=
#
# Where scheduled reports are written:
# OKR_REPORT_DIR=/srv/okr/reports
#
# Any variable of your shell wins over this file.
"""

GITIGNORE = """\
.env
okr.db
okr.db-*
"""
