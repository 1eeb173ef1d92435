"""What a round through an account has seen, in words for whoever keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from chaveiro.core.cause import Audience, Cause, Finding
from chaveiro.core.names import Moment
from chaveiro.doctor.sight import Seen, Severity, Sight
from chaveiro.doors.keeping import texts
from chaveiro.words import figures
from chaveiro.words.explain import explain
from chaveiro.words.language import N_

if TYPE_CHECKING:
    from chaveiro.core.keyring import Keyring
    from chaveiro.words.language import Language

_SENTENCES: Mapping[Sight, str] = {
    Sight.LEAKED: N_(
        "The token of {about} was found in the open by {by} at {at} ({place}), so the key is blocked. Give its owner a "
        "new token, and have the old one taken away from there."
    ),
    Sight.PAIR_SWAPPED: N_(
        "{about} has a token where its appKey belongs: the pair was registered the wrong way round, and that token is "
        "no secret any more. Delete it and issue another pair."
    ),
    Sight.TOKEN_SUSPECT: N_(
        "{about} was registered by hand and has never worked: one and the same token was refused {count} times, from "
        "{at} to {last}. Most likely another one was registered: renew it."
    ),
    Sight.ALWAYS_FAILING: N_("{about} has never worked: it was refused {count} times, from {at} to {last}. {cause}."),
    Sight.EXPIRED: N_("{about} expired at {at}: every request is refused."),
    Sight.UNLINKED: N_("{about} is linked to no role: every request is refused."),
    Sight.LINKS_DEAD: N_(
        "{about} is linked only to roles that were deleted or whose time has run out ({roles}): every request is "
        "refused."
    ),
    Sight.ROLES_EMPTY: N_("{about} is linked only to roles that give nothing ({roles}): every request is refused."),
    Sight.EQUAL_TOKENS: N_("{about} has the same token as another key: one of the two was registered wrongly."),
    Sight.EXPIRES_SOON: N_("{about} expires at {at}: issue its successor before."),
    Sight.SEEN_IN_CLEAR: N_(
        "The token of {about} was seen in clear, the last time at {last}: others may know it. Renew it."
    ),
    Sight.RENEWAL_OPEN: N_(
        "The renewal of {about} has been open since {at}. It is safe to finish: the new token works (last {new})."
    ),
    Sight.RENEWAL_UNSAFE: N_(
        "The renewal of {about} has been open since {at}. Do not finish it yet. Last use of the old token: {old}; of "
        "the new one: {new}."
    ),
    Sight.TOKEN_OLD: N_("The token of {about} has been the same since {at}: renew it."),
    Sight.OVER_GRANTED: N_("{about} may do what it has not done for {days} days: {resources}."),
    Sight.MANAGES: N_("{about} may manage the account: {resources}."),
    Sight.NEVER_USED: N_("{about} has never been used with success since it was made at {at}."),
    Sight.REGISTERED: N_(
        "{about} was registered by hand, and its token has no check characters: mistakes stay unseen."
    ),
    Sight.ROLE_UNHELD: N_("Nobody holds the role `{about}`."),
    Sight.ROUTE_UNCALLABLE: N_("No role gives what `{about}` needs ({resources}): nobody can call it."),
}
NOBODY_CAN_CALL = N_("No role gives what these routes need, so nobody can call them:")
_HEADINGS: Mapping[Severity, str] = {
    Severity.BROKEN: N_("Refused now"),
    Severity.SOON: N_("Refused soon"),
    Severity.OPEN: N_("More open than it need be"),
    Severity.TIDY: N_("To tidy up"),
}
_TITLES: Mapping[Sight, str] = {
    Sight.LEAKED: N_("Blocked, as the token was found in the open"),
    Sight.PAIR_SWAPPED: N_("Registered the wrong way round"),
    Sight.EXPIRED: N_("Expired"),
    Sight.UNLINKED: N_("Linked to no role"),
    Sight.LINKS_DEAD: N_("Linked only to roles that are gone"),
    Sight.ROLES_EMPTY: N_("Linked only to roles that give nothing"),
    Sight.EQUAL_TOKENS: N_("The same token as another key"),
    Sight.TOKEN_SUSPECT: N_("Most likely registered with a wrong token"),
    Sight.ALWAYS_FAILING: N_("Refused again and again, and never worked"),
    Sight.EXPIRES_SOON: N_("About to expire"),
    Sight.SEEN_IN_CLEAR: N_("Tokens that were seen in clear"),
    Sight.RENEWAL_OPEN: N_("Renewals that may be finished"),
    Sight.RENEWAL_UNSAFE: N_("Renewals that must wait"),
    Sight.TOKEN_OLD: N_("Tokens due to be renewed"),
    Sight.OVER_GRANTED: N_("Given more than is used"),
    Sight.MANAGES: N_("May manage the account"),
    Sight.NEVER_USED: N_("Never used"),
    Sight.REGISTERED: N_("Registered by hand, without check characters"),
    Sight.ROLE_UNHELD: N_("Roles that nobody holds"),
    Sight.ROUTE_UNCALLABLE: N_("Routes that nobody can call"),
}
_MOMENTS = ("at", "last", "old", "new")
_WITHOUT_ROLES = (Sight.UNLINKED, Sight.LINKS_DEAD, Sight.ROLES_EMPTY)
_LINK_IT = N_("Link it to the roles that it needs, such as:")
_EXPLAINED = N_("`{command}` tells more.")
_ASK_WHICH = N_("`{command}` says which roles it needs, as soon as it has asked for something.")
NOTHING_SEEN = N_("Nothing in `{account}` is worth a look.")


def heading(severity: Severity, language: Language) -> str:
    """How soon somebody should look, as the heading of what is so urgent."""
    return texts.told(_HEADINGS[severity], language)


def title(sight: Sight, language: Language) -> str:
    """What was seen, as the heading of all that is alike."""
    return texts.told(_TITLES[sight], language)


def sentence(one: Seen, keyring: Keyring, language: Language) -> str:
    """What was seen, in a sentence or two."""
    never = texts.told(texts.NEVER, language)
    said = dict.fromkeys(_MOMENTS, never) | {name: fact(one, name, language) for name in one.facts}
    label = keyring.keys[one.key].label if one.key else ""
    about = f"{one.about} ({label})" if label else one.about
    return texts.told(_SENTENCES[one.sight], language, about=about, **said)


def advice(one: Seen, keyring: Keyring, language: Language) -> str:
    """What the command line says more of: of a key without roles, before its commands, and of one that never worked."""
    if one.sight is Sight.ALWAYS_FAILING:
        return texts.told(_EXPLAINED, language, command=f"chaveiro explain {one.facts['denial']}")
    if one.sight not in _WITHOUT_ROLES:
        return ""
    ask = f"chaveiro simulate {keyring.account} --key {one.about}"
    return texts.told(_LINK_IT if one.commands else _ASK_WHICH, language, command=ask)


def fact(one: Seen, name: str, language: Language) -> str:
    """One fact of what was seen, in words."""
    known = one.facts[name]
    if isinstance(known, tuple):
        if one.facts.get("match") == "any":
            return figures.listed(known, language, either=True)
        return figures.shortened(known, language)
    if isinstance(known, str):
        return _title(Cause(known), language) if name == "cause" else known
    return texts.moment(Moment(known)) if name in _MOMENTS else figures.number(known, language)


def _title(cause: Cause, language: Language) -> str:
    return explain(Finding(cause), to=Audience.KEEPER, language=language).title
