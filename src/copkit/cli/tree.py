"""The tree of commands: which there are, what each is for, and where each is loaded from.

Nothing is imported here that a command needs: a lazy group loads the one that is used.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from textwrap import fill
from typing import Any, ClassVar, Final, NamedTuple

import typer

# typer brings its own copy of click and does not export these; click itself is not installed.
from typer._click.exceptions import MissingParameter
from typer._click.shell_completion import CompletionItem
from typer._click.utils import make_default_short_help
from typer.core import TyperCommand, TyperGroup

from copkit.cli.context import with_options
from copkit.cli.params import is_interactive
from copkit.errors import CopkitError, closest_match
from copkit.layout import find_programme


class Command(NamedTuple):
    """One command, or a group of them, of the tree below.

    ``target`` is ``module:function`` below ``copkit.cli``, imported only when the command is used;
    ``help`` its line in the list of commands, ``heading`` the one that it is listed under. A group
    has ``commands``; ``default`` names the command run when none is named (``""`` for the group's
    own function), and without it the group prints its help. A ``hidden`` command is for programs.
    """

    target: str
    help: str
    heading: str = ""
    commands: Mapping[str, Command] | None = None
    default: str | None = None
    hidden: bool = False


# In the order of the help. The lines of help stand here as well as in the docstrings, so that the
# list of commands is printed without an import of any; a test compares the two.
COMMANDS: Final[Mapping[str, Command]] = {
    "demo": Command(
        "start:demo", "Lay out an example programme and build everything from it.", "Start"
    ),
    "init": Command("start:init", "Start a programme in a folder.", "Start"),
    "today": Command(
        "today:today", "Show what is to be done now, and the command for each thing.", "Start"
    ),
    "toolkit": Command(
        "toolkit:toolkit_group",
        "Sheets for starting a community, and the checklist that records tick.",
        "Start",
        {
            "list": Command(
                "toolkit.commands:list_sheets",
                "List the sheets in order of need, and how long each takes.",
            ),
            "show": Command("toolkit.commands:show", "Show one sheet."),
            "print": Command(
                "toolkit.commands:print_sheets",
                "Build sheets for print below build/toolkit, each its own file; without names the "
                "whole kit.",
            ),
            "add": Command(
                "toolkit.add:add",
                "Lay a sheet into the programme, or what it says into the records.",
            ),
            "check": Command(
                "toolkit.commands:check",
                "Show the starting checklist of a community, ticked by what is on record.",
            ),
        },
        default="list",
    ),
    "new-community": Command(
        "records.new:new_community", "Add a community of practice.", "Records"
    ),
    "new-member": Command(
        "records.new:new_member", "Add somebody to a roster, by role.", "Records"
    ),
    "new-meeting": Command("records.new:new_meeting", "Add a meeting, past or to come.", "Records"),
    "new-case": Command("records.new:new_case", "Add a case study to write up.", "Records"),
    "new-evidence": Command("records.new:new_evidence", "Add an evidence card.", "Records"),
    "new-blockage": Command("records.new:new_blockage", "Add a recurrent obstacle.", "Records"),
    "new-approach": Command(
        "members.approaches:new_approach", "Note whom you approached to fill a seat.", "Records"
    ),
    "new-newsletter": Command(
        "records.new:new_newsletter", "Add an issue of the newsletter.", "Records"
    ),
    "new-brief": Command("records.new:new_brief", "Add a brief for a commissioner.", "Records"),
    "new-survey": Command("records.new:new_survey", "Add a survey of members.", "Records"),
    "new-focus-group": Command(
        "records.new:new_focus_group", "Add a focus group: how many talked.", "Records"
    ),
    "new-quote": Command("records.new:new_quote", "Add what somebody said.", "Records"),
    "new-story": Command("records.new:new_story", "Add a story of what changed.", "Records"),
    "new-report": Command("records.new:new_report", "Add an evaluation report.", "Records"),
    "new-service": Command(
        "directory.new:new_service", "Add a service to send people to.", "Records"
    ),
    "new-connector": Command(
        "directory.new:new_connector", "Add who knows what is on offer, by role.", "Records"
    ),
    "new-place": Command("directory.new:new_place", "Add a place that services serve.", "Records"),
    "new-session": Command(
        "sessions.commands:new_session", "Add a session of a network, open to all.", "Records"
    ),
    "new-link": Command(
        "sessions.links:new_link", "Add a page, episode or tool to point to.", "Records"
    ),
    "list": Command("records.show:list_records", "List the records of one kind.", "Records"),
    "show": Command("records.show:show", "Show one record.", "Records"),
    "edit": Command("records.edit:edit", "Open a record in your editor, and check it.", "Records"),
    "rename": Command(
        "records.rename:rename",
        "Rename a record: its file, every reference to it, and what was built from it.",
        "Records",
    ),
    "remove": Command(
        "records.rename:remove",
        "Remove a record that was made by mistake; what refers to it is shown first.",
        "Records",
    ),
    "attendance": Command(
        "attendance.commands:attendance",
        "The X/Y/F matrix, registers, who came.",
        "Meetings",
        {
            "take": Command(
                "attendance.commands:take",
                "Tick who came to a meeting on the list of its members, at the terminal.",
            ),
            "record": Command(
                "attendance.commands:record",
                "Record who came to a meeting; the meeting is added if it is not there yet.",
            ),
            "import": Command(
                "attendance.import_:import_lists",
                "Record who came, from lists of Teams, Zoom, Meet, Webex, forms, or any table with "
                "names.",
            ),
            "sheet": Command(
                "attendance.sheet:sheet",
                "Make a sheet for people to sign at a meeting, on A4: as page, PDF and Word "
                "document.",
            ),
            "register": Command(
                "attendance.commands:register", "Print who came to which meeting of a community."
            ),
            "away": Command(
                "attendance.commands:away",
                "List who has not come for some time, the longest absent first.",
            ),
            "aliases": Command(
                "attendance.aliases:aliases",
                "List what is remembered of imported lists, or forget some of it.",
            ),
            "build": Command(
                "attendance.commands:build",
                "Build the matrix, every community's register and their pictures; for "
                "other audiences, the members by sector.",
            ),
        },
        default="",
    ),
    "meeting": Command(
        "meetings:meeting_group",
        "A meeting that moves to another day, or is cancelled.",
        "Meetings",
        {
            "move": Command(
                "meetings.commands:move",
                "Move a meeting to another day; cases presented and promises due at it move "
                "with it.",
            ),
            "cancel": Command(
                "meetings.commands:cancel",
                "Cancel a meeting: its record stays with the reason, and counts for nothing.",
            ),
        },
    ),
    "agenda": Command(
        "documents:agenda_group",
        "The next meeting: feedback due, the case, dates.",
        "Meetings",
        {
            "show": Command(
                "documents.agenda:agenda",
                "Print the agenda of a community's next meeting, or build it to send and to print.",
            ),
            "send": Command(
                "documents.invite:send_agenda",
                "Send the agenda of the next meeting to each member who agreed to mail.",
            ),
        },
        default="show",
    ),
    "calendar": Command(
        "documents:calendar_group",
        "Invitations to a community's meetings.",
        "Meetings",
        {
            "write": Command(
                "documents.agenda:calendar",
                "Write a community's meetings as a calendar file (.ics) to attach to a mail, or "
                "all of them.",
            ),
            "send": Command(
                "documents.invite:send_calendar",
                "Invite each member who agreed to mail to each meeting to come, in a message of "
                "their own.",
            ),
        },
        default="write",
    ),
    "sessions": Command(
        "sessions.commands:sessions", "The sessions of networks: topics, numbers.", "Meetings"
    ),
    "session": Command(
        "sessions:session_group",
        "A network's session: numbers, papers, feedback.",
        "Meetings",
        {
            "record": Command(
                "sessions.commands:record",
                "Record how many came to a session, from which sectors, and where its "
                "recording is.",
            ),
            "build": Command(
                "sessions.build:build",
                "Build a session's papers below build/sessions: announcement, sign-in, programme, "
                "thanks.",
            ),
            "feedback": Command(
                "sessions.feedback:feedback",
                "Count the answers to a session's feedback form: three questions, and no row.",
            ),
            "sign-off": Command(
                "sessions.commands:sign_off_feedback",
                "Sign off what somebody wrote of a session: check that nobody can be told by it.",
            ),
        },
    ),
    "case": Command(
        "cases:case_group",
        "What is due, whether it helped, the story, the sign-off.",
        "Learning",
        {
            "follow-up": Command(
                "cases.report:follow_up",
                "List actions that are due and have no outcome yet, the longest overdue first.",
            ),
            "progress": Command(
                "cases.commands:progress", "Record what came of an action: whether it helped."
            ),
            "action": Command(
                "cases.commands:action", "Add an action to a case, or change who does it or when."
            ),
            "show": Command("cases.report:show", "Show the whole story of a case, in order."),
            "close": Command(
                "cases.commands:close", "Close a case, once every action has an outcome."
            ),
            "move": Command(
                "cases.move:move",
                "Take a case to another community, and what refers to it with it.",
            ),
            "build": Command(
                "cases.commands:build",
                "Build the write-up of one case by itself, for the readers it may reach.",
            ),
            "sign-off": Command(
                "cases.sign_off:sign_off",
                "Sign off a case: check that nobody in it can be recognised.",
            ),
        },
    ),
    "evidence": Command(
        "evidence:evidence_group",
        "Find the evidence that fits a case.",
        "Learning",
        {
            "find": Command(
                "evidence.commands:find_evidence", "Find cards by what they say, the best first."
            ),
            "for": Command(
                "evidence.commands:for_case",
                "Suggest cards for a case, the best first, and say why.",
            ),
            "list": Command(
                "evidence.commands:list_evidence",
                "List all cards: what they are about, the cases they are tied to, "
                "their use and review.",
            ),
            "use": Command(
                "evidence.commands:use", "Record that a card was brought to a discussion."
            ),
            "link": Command("evidence.commands:link", "Tie a card to a case."),
            "say": Command(
                "evidence.commands:say_card",
                "Print what to say aloud of a card, and how long that takes.",
            ),
        },
    ),
    "links": Command(
        "sessions:links_group",
        "What is worth a look elsewhere, and still there.",
        "Learning",
        {
            "list": Command(
                "sessions.links:list_links",
                "List what is worth a look elsewhere: by kind, newest first.",
            ),
            "due": Command(
                "sessions.links:due", "List the links that nobody has looked at for a year."
            ),
            "checked": Command(
                "sessions.links:checked",
                "Record that somebody looked at a link, and it still leads where it should.",
            ),
            "sign-off": Command(
                "sessions.links:sign_off_link",
                "Sign off the transcript in a link's record: check that nobody in it can be "
                "recognised.",
            ),
        },
        default="list",
    ),
    "survey": Command(
        "surveys:survey_group",
        "Ask members whether it helped, and count.",
        "Evaluation",
        {
            "build": Command(
                "surveys.commands:build",
                "Build the questions: a page to print, and a text to paste into a form tool.",
            ),
            "import": Command(
                "surveys.import_:import_answers",
                "Count the answers in files of Microsoft Forms, Google Forms and other tools.",
            ),
            "show": Command(
                "surveys.commands:show_survey",
                "Show how many answered of how many, and how many agreed.",
            ),
            "comments": Command(
                "surveys.comments:comments",
                "Read the comments of a survey, and keep some as quotes.",
            ),
            "forget": Command(
                "surveys.commands:forget",
                "Delete the rows of answers from this computer; the counts stay.",
            ),
        },
    ),
    "quote": Command(
        "quotes:quote_group",
        "What people said, and who may read it.",
        "Evaluation",
        {
            "list": Command(
                "quotes.commands:list_quotes",
                "List the quotes that readers may see, as they read them, and why others are left "
                "out.",
            ),
            "sign-off": Command(
                "quotes.commands:sign_off_quote",
                "Sign off a quote: check that nobody can be told by it.",
            ),
        },
        default="list",
    ),
    "story": Command(
        "quotes:story_group",
        "Stories of what changed: what they lack.",
        "Evaluation",
        {
            "due": Command(
                "quotes.commands:due",
                "List the stories that do not say what came of it, 90 days after they began.",
            ),
            "sign-off": Command(
                "quotes.commands:sign_off_story",
                "Sign off a story: check that nobody in it can be recognised.",
            ),
        },
    ),
    "report": Command(
        "documents:report_group",
        "Build the evaluation report.",
        "Evaluation",
        {
            "build": Command(
                "documents.commands:build_report_command",
                "Build an evaluation report as web page, Word document, PDF and Markdown, with "
                "its data.",
            ),
        },
    ),
    "ties": Command(
        "surveys.ties:show_ties",
        "Show who works with whom across sectors, before and now, as people say.",
        "Evaluation",
    ),
    "blockage": Command(
        "blockages:blockage_group",
        "What keeps coming back, what was asked of whom.",
        "Learning",
        {
            "list": Command(
                "blockages.commands:list_command",
                "List blockages, the most recurrent first, and how long each has "
                "waited for an answer.",
            ),
            "show": Command(
                "blockages.commands:show",
                "Show the story of a blockage: where it came up, what was asked, what came back.",
            ),
            "link": Command(
                "blockages.commands:link", "Tie a case to a blockage that showed in it."
            ),
            "unlink": Command(
                "blockages.merge:unlink",
                "Take back that a blockage showed in a case.",
            ),
            "merge": Command(
                "blockages.merge:merge",
                "Make one blockage of two: B's asks, themes, text and links go to A, and B is "
                "removed.",
            ),
            "ask": Command(
                "blockages.ask:ask",
                "Record what is asked of whom, and write the letter that asks it.",
            ),
            "letter": Command(
                "blockages.ask:letter",
                "Build the letter of an ask that is on record.",
            ),
            "reply": Command("blockages.commands:reply", "Record the answer to an ask."),
        },
    ),
    "directory": Command(
        "directory:directory_group",
        "Services to send people to, and who knows of them.",
        "Services",
        {
            "find": Command(
                "directory.commands:find",
                "Find services by words and place: the nearest first, then what is fresh.",
            ),
            "due": Command(
                "directory.commands:due",
                "List what to check, the longest overdue first, by organisation: one call does "
                "several.",
            ),
            "check": Command(
                "directory.edit:check",
                "Record that somebody found a service, or a connector, to be so today.",
            ),
            "use": Command(
                "directory.edit:use",
                "Count that somebody was sent to a service, in a case.",
            ),
            "gaps": Command(
                "directory.commands:gaps",
                "List the needs of cases and blockages that nothing active serves, by place.",
            ),
            "connectors": Command(
                "directory.commands:list_connectors",
                "List who knows what is on offer, and the places that nobody knows.",
            ),
            "signposts": Command(
                "directory.commands:list_signposts",
                "List which services others send people to, and which nobody points to: off the "
                "radar.",
            ),
            "import": Command(
                "directory.exchange:import_services",
                "Take services in from Open Referral files and tables; what is new is 'unsure'.",
            ),
            "export": Command(
                "directory.exchange:export",
                "Write the directory as files for other programs, below build/directory.",
            ),
            "build": Command(
                "directory.build:build",
                "Build a sheet of two pages for each place: what is on offer, and whom to ask.",
            ),
        },
    ),
    "seats": Command("members.seats:seats", "Which seats are sought, filled and empty.", "People"),
    "approaches": Command(
        "members:approaches_group",
        "Whom you approached, and what came of it.",
        "People",
        {
            "list": Command(
                "members.approaches:list_approaches",
                "List approaches by date, after the next steps that are due.",
            ),
            "update": Command(
                "members.approaches:update",
                "Record what came of an approach, or what is to be done next.",
            ),
        },
        default="list",
    ),
    "roster": Command(
        "members:roster_group",
        "Import a roster from a spreadsheet.",
        "People",
        {
            "import": Command(
                "members.roster:import_roster",
                "Add the people of a spreadsheet to a roster, and change what it says otherwise.",
            ),
        },
    ),
    "member": Command(
        "members:member_group",
        "Who leaves, returns or changes; name and address.",
        "People",
        {
            "leave": Command(
                "members.change:leave", "Record that somebody left: the last day, and why."
            ),
            "return": Command(
                "members.change:return_member",
                "Record that somebody who had left is a member again; the time between is kept.",
            ),
            "change": Command(
                "members.change:change",
                "Change what a roster says of somebody: role, sector, part, organisation, or "
                "their id.",
            ),
            "contact": Command(
                "members.change:contact",
                "Note somebody's name and address, and whether they agreed to be sent mail.",
            ),
            "forget": Command(
                "members.forget:forget",
                "Remove what is personal of a member, and keep their seat and "
                "attendance, so no count changes.",
            ),
        },
    ),
    "health": Command("members.health:health", "How each community is doing, and why.", "People"),
    "contacts": Command(
        "members:contacts_group",
        "Names and addresses; share them encrypted.",
        "People",
        {
            "list": Command(
                "members.contacts:list_contacts",
                "List who the members are, and who agreed to be sent the newsletter.",
            ),
            "encrypt": Command(
                "members.contacts:encrypt",
                "Encrypt the contacts as contacts.age, which can go into git and to colleagues.",
            ),
            "rotate": Command(
                "members.contacts:rotate",
                "Encrypt contacts.age anew, for another passphrase or for other keys.",
            ),
            "decrypt": Command(
                "members.contacts:decrypt",
                "Decrypt contacts.age into private/contacts.yaml, which only you can read.",
            ),
        },
    ),
    "build": Command(
        "documents.commands:build", "Build everything that people are sent.", "Documents"
    ),
    "newsletter": Command(
        "documents:newsletter_group",
        "Build the newsletter, or send it by e-mail.",
        "Documents",
        {
            "build": Command(
                "documents.commands:build_newsletter_command",
                "Build an issue as a web page, e-mail, plain text and Markdown, for "
                "the readers it may reach.",
            ),
            "due": Command(
                "sessions.series:due",
                "Show which issue of each newsletter comes next, by when, and what it would hold.",
            ),
            "send": Command(
                "documents.send:send",
                "Send an issue by e-mail to the members who agreed to it, in one message each.",
            ),
        },
    ),
    "brief": Command(
        "documents:brief_group",
        "Build the brief for a commissioner.",
        "Documents",
        {
            "build": Command(
                "documents.commands:build_brief_command",
                "Build a brief as web page, Markdown, Word document and PDF.",
            ),
        },
    ),
    "site": Command(
        "site:site_group",
        "The repository of cases: build, publish, take down.",
        "Documents",
        {
            "build": Command(
                "site.commands:build",
                "Build the repository of cases: plain pages to open from a folder, or to put on "
                "any web host.",
            ),
            "candidates": Command(
                "site.commands:candidates",
                "List the cases that could be shown to the public, and what each still needs.",
            ),
            "public": Command(
                "site.publish:public",
                "Publish cases: show each as a stranger would read it, ask who could be "
                "recognised, sign it.",
            ),
            "takedown": Command(
                "site.publish:takedown",
                "Take a case down: back to the members, out of every site and document that was "
                "built.",
            ),
        },
    ),
    "preview": Command(
        "documents.preview:preview", "Show every document in the browser as you edit.", "Documents"
    ),
    "templates": Command(
        "documents:templates_group",
        "Change how documents look.",
        "Documents",
        {
            "list": Command(
                "documents.commands:list_command",
                "List the templates: what each makes, and whether this programme has its own.",
            ),
            "copy": Command(
                "documents.commands:copy_command",
                "Copy a template to the programme's templates/, where it wins over the "
                "shipped one.",
            ),
        },
    ),
    "share": Command("share:share", "Share this programme with colleagues.", "Together"),
    "join": Command("share:join", "Join a programme that a colleague shares.", "Together"),
    "sync": Command("sharing:sync", "Keep your changes, bring in others', send yours.", "Together"),
    "conflicts": Command(
        "conflicts:conflicts",
        "Put together the copies that OneDrive and others leave.",
        "Together",
        {
            "list": Command(
                "conflicts:list_command",
                "List the conflict copies, of what each is one, and what differs.",
            ),
        },
        default="",
    ),
    "log": Command("sharing:log", "Who recorded what, and when.", "Together"),
    "undo": Command(
        "undo:undo", "Take back the last change, or any of the last twenty.", "Together"
    ),
    "merge-driver": Command(
        "git_hooks:merge_driver", "Merge one record; git calls it.", "Together", hidden=True
    ),
    "check": Command("check:check", "Report every fault and identifying detail.", "Keeping"),
    "accept": Command("check:accept", "Accept a finding: say why it may stay.", "Keeping"),
    "community": Command(
        "communities:community_group",
        "End a community, grow a new one, hand it over.",
        "Keeping",
        {
            "closing": Command(
                "communities.close:closing",
                "List what is still open in a community, with the command that settles each thing.",
            ),
            "close": Command(
                "communities.close:close",
                "Close a community: say why, and who takes on what is open; once all is named, "
                "it ends.",
            ),
            "reopen": Command(
                "communities.close:reopen",
                "Open a community again: its members are members again, and what was learned "
                "stays.",
            ),
            "handover": Command(
                "communities.pages:handover",
                "Build two pages for the next facilitator: what to do first, and what to hand "
                "over.",
            ),
            "sprout": Command(
                "communities.lineage:sprout",
                "Begin a community that grows out of another, with its plan, rules and open "
                "blockages.",
            ),
            "lineage": Command(
                "communities.lineage:lineage",
                "Print which community grew out of which, with their years, and why each ended.",
            ),
        },
    ),
    "archive": Command(
        "communities.archive:archive",
        "Pack what readers may keep into one file.",
        "Keeping",
    ),
    "retention": Command(
        "communities:retention_group",
        "What has been kept long enough, and delete it.",
        "Keeping",
        {
            "due": Command(
                "communities.retention:due",
                "List what has been kept long enough, by rule; nothing is deleted.",
            ),
            "apply": Command(
                "communities.retention:apply",
                "Delete and strip what has been kept long enough, in one step, and note it in a "
                "log.",
            ),
        },
        default="due",
    ),
    "hooks": Command(
        "git_hooks:hooks_group",
        "Let git ask copkit before a commit and a push.",
        "Keeping",
        {
            "install": Command(
                "git_hooks:install_command", "Put the guards into this copy of the folder."
            ),
            "remove": Command(
                "git_hooks:remove_command",
                "Take the guards out again; hooks that somebody else wrote stay.",
            ),
        },
    ),
    "export": Command("export:export", "Export tables for other programs.", "Keeping"),
    "schema": Command("records.show:schema", "Print the JSON Schema of a record.", "Keeping"),
    "cache": Command(
        "cache:cache_group",
        "What copkit keeps outside the folder, so that no file is parsed or looked through twice.",
        "Keeping",
        {
            "clear": Command(
                "cache:clear",
                "Delete the cache, for all programmes; the next command makes it anew.",
            ),
        },
    ),
}

EVERY_DAY: Final = (
    "today",
    "attendance",
    "agenda",
    "case",
    "blockage",
    "member",
    "newsletter",
    "check",
    "sync",
    "undo",
)
"""The commands that come first in the help, with a line each."""

COMMANDS_IN_GROUPS: Final = {
    "import": "attendance import' or 'roster import",
    "take": "attendance take",
    "record": "attendance record",
    "register": "attendance register",
    "sheet": "attendance sheet",
    "action": "case action",
    "progress": "case progress",
    "follow-up": "case follow-up",
    "sign-off": "case sign-off",
    "close": "case close' or 'community close",
    "closing": "community closing",
    "reopen": "community reopen",
    "sprout": "community sprout",
    "lineage": "community lineage",
    "ask": "blockage ask",
    "reply": "blockage reply",
    "letter": "blockage letter",
    "find": "evidence find",
    "forget": "member forget",
    "leave": "member leave",
    "return": "member return",
    "move": "meeting move' or 'case move",
    "cancel": "meeting cancel",
    "merge": "blockage merge",
    "unlink": "blockage unlink",
    "publish": "site public",
    "comments": "survey comments",
    "takedown": "site takedown",
    "candidates": "site candidates",
    "delete": "remove",
    "rm": "remove",
    "mv": "rename",
    "send": "newsletter send', 'calendar send' or 'agenda send",
    "members": "list members",
    "away": "attendance away",
    "clone": "join",
    "invite": "calendar",
    "invitations": "calendar",
}
"""What people type for a command of a group, by the name they try at the top level."""

# No rich, whose import is slow; no completion options in the help of each
# command; errors are printed by cli.main.
_SETTINGS: Final[Mapping[str, Any]] = {
    "add_completion": False,
    "rich_markup_mode": None,
    "pretty_exceptions_enable": False,
    "context_settings": {"help_option_names": ["-h", "--help"], "max_content_width": 100},
}


_HEADING_WIDTH: Final = 11  # of the longest heading of all commands, with its gap
_WITHOUT_RECORDS: Final = frozenset({"Documents", "Together"})
"""Headings of commands that write no records of their own."""


class LazyGroup(TyperGroup):
    """A group whose commands are imported one by one, when they are used.

    This is the pattern that click documents for large command lines: help and completion come
    from the table alone.
    """

    table: ClassVar[Mapping[str, Command]] = {}
    default_command: ClassVar[str | None] = None

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names of the commands in the order of the help."""
        return list(self.table)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Import the command of a name; return ``None`` for a name that no command has."""
        entry = self.table.get(cmd_name)
        return None if entry is None else load_command(cmd_name, entry)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the default command before arguments that do not begin with another one."""
        # 'approaches brighton' means 'approaches list brighton', but 'approaches update' stays.
        if self.default_command and not (args and args[0] in {*self.table, "-h", "--help"}):
            args = [self.default_command, *args]
        return super().parse_args(ctx, args)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the command of a line, or suggest the one that was probably meant."""
        if args and args[0] not in self.table and (nearest := closest_match(args[0], self.table)):
            ctx.fail(f"No such command '{args[0]}'. Did you mean '{nearest}'?")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """List the commands with one line of help each, from the table alone."""
        # Six columns of indentation and gap, as click's own layout has them.
        limit = formatter.width - 6 - max(map(len, self.table))
        rows = [
            (name, make_default_short_help(entry.help, limit)) for name, entry in self.table.items()
        ]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def shell_complete(self, ctx: Any, incomplete: str) -> list[Any]:
        """Complete a command's name from the table alone, or an option of the group itself."""
        names = [
            CompletionItem(name, help=entry.help)
            for name, entry in self.table.items()
            if name.startswith(incomplete)
        ]
        # not TyperGroup's own, which would import every command to list it
        names += super(TyperGroup, self).shell_complete(ctx, incomplete)
        if self.default_command:  # 'copkit calendar bri' is completed as 'calendar write bri'
            command = self.get_command(ctx, self.default_command)
            inner = command.make_context(
                self.default_command, [], parent=ctx, resilient_parsing=True
            )
            arguments = (each for each in command.params if each.param_type_name == "argument")
            for argument in list(arguments)[:1]:
                names += argument.shell_complete(inner, incomplete)
        return names


class CommandTree(LazyGroup):
    """All commands of copkit: those of every day with their help, and all of them by heading."""

    table = COMMANDS
    every_day: ClassVar[Sequence[str]] = EVERY_DAY

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put 'today' where nothing is typed, in a programme; elsewhere the help is printed."""
        # Completion parses an empty line as well, and is to offer every command.
        if not args and not ctx.resilient_parsing and _is_in_programme():
            args = ["today"]
        return super().parse_args(ctx, args)

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the commands and then the options, so that all of it fits a screen of 45 lines."""
        with formatter.section("Every day"):
            formatter.write_dl([(name, self.table[name].help) for name in self.every_day])
        with formatter.section("All commands"):
            # Not write_dl(), which would break a line within 'sign-off'.
            for heading, names in _names_by_heading(self.table):
                first = f"  {heading:<{_HEADING_WIDTH}}"
                formatter.write(
                    fill(
                        names,
                        formatter.width + 2,  # to the edge of the screen
                        initial_indent=first,
                        subsequent_indent=" " * len(first),
                        break_on_hyphens=False,
                    )
                    + "\n"
                )
        # On one line, without their help and a blank one before it: the commands need the room.
        options = (
            "/".join(reversed(each.opts))
            for each in self.get_params(ctx)
            if each.get_help_record(ctx)
        )
        formatter.write(f"Options: {', '.join(options)}\n")

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the command; suggest the full name for 'new case' and 'take'."""
        if args and (full_name := COMMANDS_IN_GROUPS.get(args[0])):
            ctx.fail(f"No such command '{args[0]}'. Did you mean '{full_name}'?")
        # Such as 'new case', which is how git and others name their commands.
        if len(args) > 1 and args[0] == "new" and f"new-{args[1]}" in self.table:
            ctx.fail(f"No such command 'new'. Did you mean 'new-{args[1]}'?")
        return super().resolve_command(ctx, args)


def _names_by_heading(table: Mapping[str, Command]) -> list[tuple[str, str]]:
    """Return each heading with the names of its commands, and those of groups in brackets."""
    names: dict[str, list[str]] = {}
    new: dict[str, list[str]] = {}
    for name, entry in table.items():
        if entry.hidden:
            continue
        if name.startswith("new-"):
            new.setdefault(entry.heading, []).append(name)
            continue
        inner = ", ".join(each for each in entry.commands or () if each != entry.default)
        names.setdefault(entry.heading, []).append(f"{name} ({inner})" if inner else name)
    for heading, of_new in new.items():
        # 'new-community, -member': the same word eight times would fill three lines more
        shortened = (f"-{name.removeprefix('new-')}" for name in of_new[1:])
        names[heading] = [", ".join([of_new[0], *shortened]), *names.get(heading, [])]
    return [(heading, ", ".join(listed)) for heading, listed in names.items()]


class NotedCommand(TyperCommand):
    """A command that notes when it is refused, so that 'copkit undo' then offers nothing else."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse the words of the line, and note a line that cannot be parsed."""
        with self._noting_refusal(ctx, args):
            return self._parse_or_ask(ctx, args)

    def _parse_or_ask(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse the words of the line; at a terminal, ask for an argument that is missing."""
        try:
            return super().parse_args(ctx, [*args])
        except MissingParameter as error:
            argument = error.param
            if argument is None or argument.param_type_name != "argument":
                raise
            if ctx.resilient_parsing or ctx.params.get("as_json") or not is_interactive():
                raise
            from copkit.cli.prompts import ask_argument

            return self._parse_or_ask(ctx, [*args, ask_argument(ctx, argument)])

    def invoke(self, ctx: Any) -> Any:
        """Run the command, and note a refusal."""
        with self._noting_refusal(ctx, ()):
            return super().invoke(ctx)

    @contextmanager
    def _noting_refusal(self, ctx: Any, args: Sequence[str]) -> Iterator[None]:
        try:
            yield
        except (Exception, KeyboardInterrupt) as error:
            # Only commands that write have --dry-run; with it, they do not. --help exits with 0.
            has_dry_run = any(parameter.name == "dry_run" for parameter in self.params)
            is_refused = getattr(error, "exit_code", 1) != 0 and not ctx.params.get("dry_run")
            top = COMMANDS.get(ctx.command_path.removeprefix("copkit ").partition(" ")[0])
            writes_records = top is not None and top.heading not in _WITHOUT_RECORDS
            if has_dry_run and is_refused and writes_records and not ctx.resilient_parsing:
                from copkit.cli.undo import note_refused

                note_refused(ctx, args)
            raise


def _is_in_programme() -> bool:
    """Check whether commands find a programme without being told a folder."""
    try:
        find_programme(Path(os.environ.get("COPKIT_FOLDER") or "."))
    except (CopkitError, OSError):
        return False
    return True


def load_command(name: str, entry: Command) -> Any:
    """Import the function of a command or a group, and return typer's command for it."""
    module, _, function = entry.target.partition(":")
    callback = getattr(importlib.import_module(f"copkit.cli.{module}"), function)
    if entry.commands is None:
        typer_app = typer.Typer(**_SETTINGS)
        typer_app.command(name, cls=NotedCommand)(with_options(callback))
    else:

        class Group(LazyGroup):
            # A class each: typer creates the group from its class, and cannot be given a table.
            table = entry.commands or {}
            default_command = entry.default

        typer_app = typer.Typer(cls=Group, **_SETTINGS)
        typer_app.callback(
            invoke_without_command=entry.default == "", no_args_is_help=entry.default is None
        )(with_options(callback))
    command = typer.main.get_command(typer_app)
    command.name = name  # a group would otherwise be called like its function
    return command
