"""The password: from the environment, or from the keyring of the system."""

from __future__ import annotations

import sys
from importlib.machinery import ModuleSpec
from types import ModuleType

import pytest

from copkit.errors import CopkitError
from copkit.mail.sending import ENVIRONMENT_VARIABLE, find_password
from tests.mail.test_messages import mail

KEPT = {("copkit:localhost", "news"): "from the keyring"}


@pytest.fixture(autouse=True)
def _keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    """A keyring with one password, whether the package is here or not."""
    module, errors = ModuleType("keyring"), ModuleType("keyring.errors")
    module.__spec__ = ModuleSpec("keyring", None)
    module.__dict__.update(errors=errors, get_password=lambda *of: KEPT.get(of))
    errors.__dict__["KeyringError"] = RuntimeError
    monkeypatch.setitem(sys.modules, "keyring", module)
    monkeypatch.setitem(sys.modules, "keyring.errors", errors)
    monkeypatch.delenv(ENVIRONMENT_VARIABLE, raising=False)


def test_it_is_looked_for_by_server_and_user_and_the_environment_goes_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert find_password(mail(user="news")) == "from the keyring"
    assert find_password(mail()) == ""
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, "from the environment")
    assert find_password(mail(user="news")) == "from the environment"


def test_that_of_another_server_is_not_taken() -> None:
    with pytest.raises(CopkitError) as caught:
        find_password(mail(user="news", host="smtp.example.org"))

    assert "keyring set copkit:smtp.example.org news" in caught.value.hint
