"""Audiences, and the one table of what each may see.  Pure.

Everywhere else the code asks what readers are permitted, ``reader.policy.counts_are_exact``, and
never who they are: a new audience is a new value and a new row here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from copkit.wording import list_in_words


class Audience(StrEnum):
    """Who may read a record; each may read what the next may.

    The value is what records say (``audience: public``), and the name of a folder below ``build/``.
    """

    MEMBERS = "members"
    COMMISSIONERS = "commissioners"
    PUBLIC = "public"

    @property
    def policy(self) -> AudiencePolicy:
        """What these readers are permitted to see."""
        return POLICIES[self]

    def may_see(self, record_is_for: Audience) -> bool:
        """Check whether a reader of this kind may see a record that is for that audience."""
        order = list(Audience)  # members may see everything, so the order of the values counts
        return order.index(self) <= order.index(record_is_for)


@dataclass(frozen=True, slots=True, kw_only=True)
class AudiencePolicy:
    """What readers of one kind are permitted to see, and the words for them in documents.

    Every ``bool`` is a permission, and ``False`` is the safe value: the tests hold each of them
    against the order of audiences, so that a wider audience is never permitted more.
    """

    # The matrix and the registers, with who is new; others get members counted by sector.
    sees_members: bool
    # Where a case was presented and by which community: its community's heading, the order of
    # communities, the evidence brought along. Whoever knows the place may know the person.
    sees_places_of_cases: bool
    # The months in which a blockage came up. Beside the days of meetings they can give away where
    # a case was presented.
    sees_months_of_cases: bool
    # The room of a meeting, and its notes, which nobody signs off.
    sees_notes_of_meetings: bool
    # Cases without the dated sign-off of the motivated intruder test (ICO).
    sees_unsigned_cases: bool
    # What commissioners are asked for, and what they answered.
    sees_blockages: bool
    # Counts of people from 1 to 4, guests apart from members, and the picture of how the programme
    # grew, whose columns state each count.
    counts_are_exact: bool

    # These readers in a sentence: "and commissioners are not told it".
    called: str
    # Everybody who may read what is for them: "to be read by commissioners and members".
    may_read: str
    # The sentence of an issue that says who it is written for.
    newsletter_note: str
    # What an issue asks of them.
    newsletter_ask: str


POLICIES: Final[Mapping[Audience, AudiencePolicy]] = {
    Audience.MEMBERS: AudiencePolicy(
        sees_members=True,
        sees_places_of_cases=True,
        sees_months_of_cases=True,
        sees_notes_of_meetings=True,
        sees_unsigned_cases=True,
        sees_blockages=True,
        counts_are_exact=True,
        called="members",
        may_read="members alone",
        newsletter_note="Written for members.",
        newsletter_ask="Please tell your group what came of your actions, tried or not.",
    ),
    Audience.COMMISSIONERS: AudiencePolicy(
        sees_members=False,
        sees_places_of_cases=False,
        sees_months_of_cases=False,
        sees_notes_of_meetings=False,
        sees_unsigned_cases=False,
        sees_blockages=True,
        counts_are_exact=False,
        called="commissioners",
        may_read="commissioners and members",
        newsletter_note="Written for commissioners.",
        newsletter_ask="Please tell us which of the obstacles here you could remove.",
    ),
    Audience.PUBLIC: AudiencePolicy(
        sees_members=False,
        sees_places_of_cases=False,
        sees_months_of_cases=False,
        sees_notes_of_meetings=False,
        sees_unsigned_cases=False,
        sees_blockages=False,
        counts_are_exact=False,
        called="readers outside",
        may_read="anybody",
        newsletter_note="Anyone may read this and pass it on.",
        newsletter_ask="To start a community of practice where you work, write to us.",
    ),
}


ANYBODY: Final = Audience.PUBLIC
"""The audience to which everybody belongs: what it may read can lie on the web."""


def audience_choices(usual: Audience = Audience.MEMBERS) -> str:
    """Return the audiences in words, for help texts: ``members, commissioners or public``.

    The ``usual`` one comes first, those that follow it next, and those before it last.
    """
    order = list(Audience)
    first = order.index(usual)
    return list_in_words([*order[first:], *order[:first]], "or")
