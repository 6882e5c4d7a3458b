"""Delivering letters one after another, each noted before and after.  Talks to the network."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from copkit.mail.journal import Journal, State
from copkit.mail.messages import Letter
from copkit.mail.sending import Lost, Post, Refused

Connect = Callable[[], Post]


class Delivery(NamedTuple):
    """What became of one letter, and what the server said where it did not take it."""

    to: str
    state: State
    said: str = ""


def deliver_each(
    letters: Iterable[Letter], content: str, connect: Connect, journal: Journal
) -> Iterator[Delivery]:
    """Hand letters to a server, and give what became of each as soon as it is known.

    Connects again when the connection breaks after a letter was taken: some servers take only so
    many at a time. Raises :class:`Lost` when it breaks for good.
    """
    post = connect()
    has_taken = False
    try:
        for letter in letters:
            try:
                delivery = _deliver(letter, content, post, journal)
            except Lost:
                if not has_taken:
                    raise
                in_doubt = post.is_in_doubt
                post.close()
                post, has_taken = connect(), False
                delivery = (
                    Delivery(letter.member, State.SENDING)
                    if in_doubt
                    else _deliver(letter, content, post, journal)
                )
            has_taken = has_taken or delivery.state is State.SENT
            yield delivery
    finally:
        with contextlib.suppress(OSError):
            post.close()


def _deliver(letter: Letter, content: str, post: Post, journal: Journal) -> Delivery:
    journal.note(State.SENDING, letter, content)
    try:
        post.deliver(letter)
    except Refused as refusal:
        journal.note(State.REFUSED, letter, content)
        return Delivery(letter.member, State.REFUSED, str(refusal))
    except BaseException:
        if not post.is_in_doubt:
            journal.note(State.KEPT, letter, content)
        raise
    journal.note(State.SENT, letter, content)
    return Delivery(letter.member, State.SENT)
