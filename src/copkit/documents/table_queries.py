"""Questions that a programme team asks of exported tables, in SQL, and the views they need.  Pure.

Each question has the form that it has on tables of rows, and that on summaries, where those can
answer it. DuckDB and Apache Spark run both as they are: what differs between engines, such as days
between two dates, stands in a column. ``.ci/audit`` runs them on either.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Final, NamedTuple

from copkit.analysis.tables.table import TableSchema
from copkit.documents.table_files import PARQUET_TYPES


class TableQuery(NamedTuple):
    """One question, and the statements that answer it; ``summary`` is empty where none can."""

    question: str
    rows: str
    summary: str = ""


LETTERS: Final = """\
select m.member_id,
  case
    when m.part = 'facilitator' then 'F'
    when m.left_because = 'dropped-out' then 'Y'
    when count(case when a.how = 'present' then 1 end) >= p.threshold then 'X'
    else 'Y'
  end as letter
from dim_member m
join dim_community c on c.community_id = m.community_id and c.kind = 'community'
join dim_programme p on p.programme_id = m.programme_id
left join fact_attendance a on a.member_id = m.member_id
where m.part <> 'knowledge-broker'
group by m.member_id, m.part, m.left_because, p.threshold
order by m.member_id"""
"""The letters of the matrix, worked out from who came: equal to ``dim_member.letter``."""

QUERIES: Final = (
    TableQuery(
        "Figure 1: confirmed members (X and F), and Ys, by community",
        """\
select c.programme_id, c.code, extract(year from p.exported_as_of) as year,
  count(case when m.letter in ('X', 'F') then 1 end) as confirmed,
  count(case when m.letter = 'Y' then 1 end) as excluded
from dim_community c
join dim_programme p on p.programme_id = c.programme_id
left join dim_member m on m.community_id = c.community_id
where c.kind = 'community'
group by c.programme_id, c.code, p.exported_as_of
order by c.programme_id, c.code""",
        """\
select programme_id, as_of, sector, confirmed, hidden
from summary_members
order by programme_id, is_total, sector""",
    ),
    TableQuery(
        "Who was there of those who should be, by number of the meeting",
        """\
select t.programme_id, c.code, t.number,
  count(case when a.how = 'present' then 1 end) as present,
  count(*) as on_roster
from dim_meeting t
join dim_community c on c.community_id = t.community_id
join fact_attendance a on a.meeting_id = t.meeting_id
where t.number is not null and c.kind = 'community'
group by t.programme_id, c.code, t.number
order by t.programme_id, c.code, t.number""",
        """\
select programme_id, quarter_end, sector, attendances, hidden
from summary_attendance
order by programme_id, quarter_end, is_total, sector""",
    ),
    TableQuery(
        "Which seats stay empty in all programmes, and the hours of approaches for each",
        """\
with filled as (
  select sector, role, count(*) as members
  from dim_member
  where letter in ('X', 'F')
  group by sector, role
), asked as (
  select sector, role, sum(hours) as hours
  from fact_approach
  group by sector, role
)
select s.sector, s.role,
  count(distinct s.programme_id) as programmes,
  coalesce(max(f.members), 0) as members,
  coalesce(max(a.hours), 0) as hours,
  max(a.hours) / max(f.members) as hours_per_member
from dim_seat s
left join filled f on f.sector = s.sector and f.role = s.role
left join asked a on a.sector = s.sector and a.role = s.role
group by s.sector, s.role
order by members, hours desc, s.sector, s.role""",
        """\
select sector, count(distinct programme_id) as programmes
from summary_members
where confirmed = 0 and not is_total
group by sector
order by programmes desc, sector""",
    ),
    TableQuery(
        "At which level of management somebody said yes, by sector",
        """\
select coalesce(sector, 'not noted') as sector, coalesce(level, 'not noted') as level,
  count(*) as approaches,
  count(case when outcome = 'joined' then 1 end) as joined
from fact_approach
group by sector, level
order by sector, level""",
    ),
    TableQuery(
        "What came of suggestions, by outcome and its kind",
        """\
select f.outcome, coalesce(f.outcome_kind, 'not said') as outcome_kind,
  count(*) as reports,
  count(case when f.is_latest then 1 end) as latest
from fact_progress f
group by f.outcome, f.outcome_kind
order by f.outcome, outcome_kind""",
        """\
select programme_id, counted_by, value, number, hidden
from summary_cases
where counted_by in ('outcome', 'outcome-kind')
order by programme_id, counted_by, is_total, value""",
    ),
    TableQuery(
        "Which blockages recur: cases, communities, months, asks, median days of silence",
        """\
with asks as (
  select blockage_id, count(*) as asks, median(days_silent) as days_silent
  from fact_ask
  group by blockage_id
)
select b.programme_id, b.title,
  count(distinct c.case_id) as cases,
  count(distinct c.community_id) as communities,
  count(distinct date_trunc('month', c.presented_on)) as months,
  coalesce(max(a.asks), 0) as asks,
  max(a.days_silent) as days_silent
from dim_blockage b
left join fact_issue i on i.blockage_id = b.blockage_id
left join dim_case c
  on c.case_id = i.case_id and c.status <> 'draft' and c.presented_on is not null
left join asks a on a.blockage_id = b.blockage_id
group by b.programme_id, b.title
order by cases desc, communities desc, months desc, b.programme_id, b.title""",
        """\
select programme_id, title, status, cases, communities, asks, days_silent
from summary_blockages
order by cases desc, communities desc, programme_id, title""",
    ),
    TableQuery(
        "How long from a case to the first word of what came of it, and how many had none",
        """\
with first_word as (
  select case_id, min(days_since_presented) as days
  from fact_progress
  group by case_id
)
select c.programme_id,
  count(*) as cases,
  count(case when w.case_id is null then 1 end) as never_told,
  median(w.days) as median_days
from dim_case c
left join first_word w on w.case_id = c.case_id
where c.status <> 'draft' and c.presented_on is not null
group by c.programme_id
order by c.programme_id""",
    ),
    TableQuery(
        "Which evidence cards were used twice or more, and which are past their review",
        """\
with uses as (
  select evidence_id, count(*) as uses
  from fact_evidence_use
  group by evidence_id
)
select e.programme_id, e.title, coalesce(u.uses, 0) as uses,
  coalesce(e.review_on < p.exported_as_of, false) as past_review
from dim_evidence e
join dim_programme p on p.programme_id = e.programme_id
left join uses u on u.evidence_id = e.evidence_id
where u.uses >= 2 or e.review_on < p.exported_as_of
order by uses desc, e.programme_id, e.title""",
        """\
select programme_id, title, cases, hidden
from summary_evidence
order by programme_id, title""",
    ),
    TableQuery(
        "How many agreed (k), of those who answered (n), of those asked (N): list, never average",
        """\
select s.programme_id, s.asked_on, q.question,
  sum(case
    when a.point < 1 then 0
    when q.reversed and 2 * (q.points - a.point + 1) <= q.points then a.people
    when not q.reversed and 2 * a.point <= q.points then a.people
    else 0
  end) as k,
  sum(case when a.point >= 1 then a.people else 0 end) as n,
  max(s.asked) as asked
from fact_answer_count a
join dim_question q on q.question_id = a.question_id
join dim_survey s on s.survey_id = a.survey_id
where q.kind = 'agreement' and a.scope = 'programme'
group by s.programme_id, s.asked_on, q.question
order by q.question, s.asked_on, s.programme_id""",
        """\
select programme_id, asked_on, question, coalesce(agreed, disagreed) as k, answered as n, asked
from summary_questions
where kind = 'agreement'
order by question, asked_on, programme_id""",
    ),
    TableQuery(
        "Budget per confirmed member and per meeting: it says nothing of what came of it",
        """\
with members as (
  select community_id, count(*) as confirmed
  from dim_member
  where letter in ('X', 'F')
  group by community_id
), meetings as (
  select community_id, max(number) as meetings
  from dim_meeting
  group by community_id
)
select c.programme_id, c.code, c.budget_gbp, m.confirmed, t.meetings,
  round(c.budget_gbp / m.confirmed) as per_member,
  round(c.budget_gbp / t.meetings) as per_meeting
from dim_community c
join members m on m.community_id = c.community_id
join meetings t on t.community_id = c.community_id
where c.budget_gbp is not null and c.kind = 'community'
order by c.programme_id, c.code""",
    ),
    TableQuery(
        "Who sends substitutes, as a share of the seats of their sector",
        """\
select m.sector,
  count(case when a.substitute then 1 end) as substitutes,
  count(*) as seats
from fact_attendance a
join dim_member m on m.member_id = a.member_id
group by m.sector
order by m.sector""",
    ),
    TableQuery(
        "Lives of communities: days to the third meeting, to six members and to the last meeting",
        """\
with presences as (
  select a.community_id, a.member_id, t.days_since_start as days,
    row_number() over (partition by a.member_id order by t.held_on, t.meeting_id) as nth
  from fact_attendance a
  join dim_meeting t on t.meeting_id = a.meeting_id
  where a.how = 'present'
), confirmed as (
  select n.community_id, n.days,
    row_number() over (partition by n.community_id order by n.days, n.member_id) as nth
  from presences n
  join dim_member m on m.member_id = n.member_id and m.letter in ('X', 'F')
  join dim_programme p on p.programme_id = m.programme_id
  where n.nth = case when m.part = 'facilitator' then 1 else p.threshold end
), six as (
  select community_id, days from confirmed where nth = 6
), meetings as (
  select community_id,
    max(case when number = 3 then days_since_start end) as third,
    max(days_since_start) as latest
  from dim_meeting
  group by community_id
), children as (
  select parent_id, count(*) as communities
  from bridge_community_parent
  group by parent_id
)
select c.programme_id, c.code, c.status, c.ended_why, t.third as days_to_third_meeting,
  s.days as days_to_six_members, t.latest as days_to_last_meeting,
  coalesce(g.communities, 0) as grew_out_of_it
from dim_community c
left join meetings t on t.community_id = c.community_id
left join six s on s.community_id = c.community_id
left join children g on g.parent_id = c.community_id
where c.kind = 'community'
order by c.programme_id, c.code""",
    ),
)


def format_queries(tables: Collection[str]) -> bytes:
    """Write the questions as a file of SQL, for readers who have ``tables`` of these names.

    A question that these tables cannot answer is named without a statement.
    """
    parts = ["-- Questions to these tables. First read views.sql, which makes the tables known.\n"]
    for number, query in enumerate(QUERIES, 1):
        forms = (form for form in (query.rows, query.summary) if form and _named(form) <= {*tables})
        answer = next((f"{form};" for form in forms), "-- These tables do not tell it.")
        parts.append(f"-- {number}. {query.question}\n{answer}\n")
    if _named(LETTERS) <= {*tables}:
        parts.append(f"-- The letters of the matrix, worked out from who came\n{LETTERS};\n")
    return "\n".join(parts).encode("utf-8")


def _named(statement: str) -> set[str]:
    """Return the tables that a statement names."""
    return set(re.findall(r"\b(?:dim|fact|bridge|summary)_\w+", statement))


# --- views -----------------------------------------------------------------------------------


def format_views(schemas: Iterable[TableSchema], ending: str, *, is_warehouse: bool) -> bytes:
    """Write the statements by which DuckDB knows files of tables as tables.

    ``ending`` is that of the files. A warehouse has a folder for each table, and in it one for each
    programme, which may lack a column that a later copkit has.
    """
    lines = ["-- Read this in the folder in which it lies: duckdb tables.duckdb < views.sql"]
    for schema in schemas:
        files = f"{schema.name}/**/*.{ending}" if is_warehouse else f"{schema.name}.{ending}"
        options = [f"'{files}'"]
        if ending != "parquet":
            types = (f"'{each.name}': '{PARQUET_TYPES[each.type]}'" for each in schema.columns)
            key = "types" if ending == "csv" else "columns"
            options.append(f"{key} = {{{', '.join(types)}}}")
        if ending == "csv":
            options.append("header = true")
        if is_warehouse:
            folders = (
                "'programme': VARCHAR, 'year': INTEGER"
                if schema.is_by_year
                else ("'programme': VARCHAR")
            )
            options.append(f"hive_partitioning = true, hive_types = {{{folders}}}")
            options.append("union_by_name = true")
        files_as_table = f"read_{ending}({', '.join(options)})"
        lines.append(f"create or replace view {schema.name} as\n  from {files_as_table};")
    return "\n".join([*lines, ""]).encode("utf-8")


def format_spark_views(schemas: Iterable[TableSchema]) -> bytes:
    """Write the statements by which Apache Spark knows a warehouse of Parquet files as tables."""
    lines = ["-- For Apache Spark: the paths are those below the folder in which this file lies."]
    lines += [
        f"create or replace temporary view {schema.name}\n"
        f"  using parquet options (path '{schema.name}', mergeSchema 'true');"
        for schema in schemas
    ]
    return "\n".join([*lines, ""]).encode("utf-8")
