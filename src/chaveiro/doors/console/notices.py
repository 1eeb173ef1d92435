"""What was done, told on the page after it, with the nodes on which it is in force; what cannot be done for now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chaveiro.core.keyring import Revision
from chaveiro.core.names import NameMalformed
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
    # users and sponsor
    "user_added": N_("The user is added."),
    "user_removed": N_("The user is removed, and signed out everywhere."),
    "role_given": N_("The role is given."),
    "role_withdrawn": N_("The role is taken away."),
    "sessions_ended": N_("They are signed out everywhere."),
    "pair_registered": N_("The pair is registered."),
    "sponsor_invited": N_("The invitation is open. Nothing changes before it is accepted."),
    "sponsor_cancelled": N_("The invitation is taken back."),
    "sponsor_accepted": N_("You are the sponsor of this account now."),
    # one key
    "key_linked": N_("The key is linked to the role. What it gives counts from this moment on."),
    "key_unlinked": N_("The key is not linked to the role any more. Only what its other roles give is left to it."),
    "key_activated": N_("The key is activated: it may be used again."),
    "key_deactivated": N_("The key is deactivated: every request with it is refused until it is activated again."),
    "key_blocked": N_("The key is blocked: every request with it is refused, and its token does not count any more."),
    "renewal_finished": N_("The renewal is finished. Only the new token works; the old one is refused."),
    "key_deleted": N_("The key is deleted. Every request with it is refused, and each refusal can still be explained."),
    "key_released": N_("The external key is removed from this account, with the roles that it had here."),
    "key_adopted": N_("The external key is added. It is linked to no role yet: every request will be refused."),
    # issuing
    "shown_already": N_("This key was issued already, and its token was shown already. Renew it if the token is lost."),
    "linked": N_("The key is linked."),
    # denials and failures
    "remedied": N_("Done. This is what would become of the same request now."),
    "secret_in_address": N_(
        "Nothing was asked: an address never holds a token, as many places keep it. If it was a real one, renew it."
    ),
    "muted": N_("Muted: it is still counted, and no longer shown among the failures."),
    "unmuted": N_("No longer muted."),
    # overview, settings
    "mended": N_("That is done."),
    "settings_saved": N_("The settings are saved."),
    "catalogue_imported": N_("The catalogue is imported. Requests are read by it from now on."),
    # roles
    "role_created": N_("The role is there. Nobody has it yet: link keys to it, or give it to users, on their pages."),
    "role_saved": N_("The role is saved. What it gives now counts from this moment on."),
    "role_deleted": N_("The role is deleted. It gives nothing any more, and can still be looked at."),
    "role_stays": N_("This role stays as it is: it came with the catalogue, or was deleted."),
}

# After these, somebody may do less than before: on which nodes that is so is told as well.
TAKING: Final = frozenset(
    {
        "catalogue_imported",
        "key_blocked",
        "key_deactivated",
        "key_deleted",
        "key_released",
        "key_unlinked",
        "mended",
        "renewal_finished",
        "role_deleted",
        "role_saved",
        "role_withdrawn",
        "settings_saved",
        "sponsor_accepted",
        "user_removed",
    }
)
_AT: Final = "="  # between what was done and the change that did it, in the cookie that tells the next page


def noted(done: str, revision: Revision) -> str:
    """What the next page is told."""
    return f"{done}{_AT}{revision}" if done in TAKING else done


def read_note(note: str) -> tuple[str, Revision | None]:
    """What a page was told: a sentence, empty where there is none, and the change whose reach is to be told too."""
    done, _, at = note.partition(_AT)
    try:
        return NOTICES.get(done, ""), Revision.read(at) if at and done in TAKING else None
    except NameMalformed:
        return "", None  # not ours
