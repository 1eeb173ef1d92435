"""What was done, told on the page after it; what cannot be done for now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chaveiro.words.language import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

NOTICES: Final[Mapping[str, str]] = {
    # signing in
    "password_set": N_("Your password is set, and you are signed in."),
    "password_changed": N_("Your password is changed. Everybody else who was signed in as you no longer is."),
    "session_ended": N_("The session is ended."),
    "signed_out": N_("You are signed out."),
    "password_again": N_("Give your password again: it was a while ago."),
    "password_wrong": N_("That is not your password."),
    "too_often": N_("Too many wrong passwords came from your address. Wait a minute, then try again."),
    "busy": N_("Many people are signing in at this moment. Try again in a few seconds."),
    # roles
    "role_created": N_("The role is there. Nobody has it yet: link keys to it, or give it to users, on their pages."),
    "role_saved": N_("The role is saved. What it gives now counts from this moment on."),
    "role_deleted": N_("The role is deleted. It gives nothing any more, and can still be looked at."),
    "role_stays": N_("This role stays as it is: it came with the catalogue, or was deleted."),
}
