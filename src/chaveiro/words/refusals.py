"""What every refusal of a command says, and what to do about it. English; `locale/` holds the translations.

`{placeholders}` are the facts that the refusal carries wherever it is made.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chaveiro.core.command import Reason
from chaveiro.words.language import N_

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class RefusalText:
    """A refusal in words."""

    message: str  # one short sentence, without a full stop
    remedy: str


# Of the resources that these name, any one is enough.
ANY_RESOURCE = frozenset({Reason.NOT_DELEGATED})

REFUSALS: Mapping[Reason, RefusalText] = {
    Reason.ACCOUNT_EXISTS: RefusalText(
        N_("There is already an account named {account}"),
        N_("Choose another name, or go on with the account there is."),
    ),
    Reason.ACCOUNT_UNKNOWN: RefusalText(
        N_("There is no account named {account}"),
        N_("Check the name, or create the account first."),
    ),
    Reason.NOT_OPERATOR: RefusalText(
        N_("Only the operator of this installation may do that"),
        N_("Ask whoever runs the server to do it there, on the command line."),
    ),
    Reason.NOT_REPORTER: RefusalText(
        N_("Only whoever reports leaked tokens may do that"),
        N_("Block the key instead."),
    ),
    Reason.NOT_SPONSOR: RefusalText(
        N_("Only the sponsor user may do that"),
        N_("Ask {sponsor}, the sponsor user of the account. It cannot be delegated by role."),
    ),
    Reason.NOT_INVITED: RefusalText(
        N_("Another user was invited to become the sponsor user"),
        N_("Sign in as {invited} to accept, or ask the sponsor user to invite you instead."),
    ),
    Reason.NOT_DELEGATED: RefusalText(
        N_("None of your roles lets you do that"),
        N_("Ask {sponsor}, the sponsor user, to do it or to give you a role with {resources}."),
    ),
    Reason.NOT_ONESELF: RefusalText(
        N_("Only {user} may do that"),
        N_("Sign in as that user. Nobody can do it for somebody else."),
    ),
    Reason.BEYOND_OWN_ROLES: RefusalText(
        N_("Nobody can give what they do not have: your own roles lack {resources}"),
        N_("Leave that out, or ask the sponsor user to do it."),
    ),
    Reason.BEYOND_OWN_TIME: RefusalText(
        N_("Nobody can give for longer than they have: your own roles give {resources} for a shorter time"),
        N_("Give it with an end that is not later than your own, or ask the sponsor user to do it."),
    ),
    Reason.ALREADY_SO: RefusalText(
        N_("It is already so"),
        N_("Nothing needs to be done."),
    ),
    Reason.USER_EXISTS: RefusalText(
        N_("{user} is already a user of the account"),
        N_("Give the roles to that user instead of adding them again."),
    ),
    Reason.USER_UNKNOWN: RefusalText(
        N_("The account has no user {user}"),
        N_("Check the e-mail address, or add the user first."),
    ),
    Reason.SPONSOR_STAYS: RefusalText(
        N_("{sponsor} is the sponsor user and cannot be removed"),
        N_("Transfer the sponsorship to another user first, and have it accepted."),
    ),
    Reason.SET_UP_INVALID: RefusalText(
        N_("This link does not work, or no longer"),
        N_("A link to choose a password works once, within 72 hours. Ask whoever sent it for a new one."),
    ),
    Reason.TRANSFER_OPEN: RefusalText(
        N_("{to} is already invited to become the sponsor user, until {at}"),
        N_("Wait for the answer, or cancel that invitation first."),
    ),
    Reason.TRANSFER_NOT_OPEN: RefusalText(
        N_("Nobody is invited to become the sponsor user"),
        N_("The sponsor user invites first; the other person accepts within 72 hours."),
    ),
    Reason.TRANSFER_EXPIRED: RefusalText(
        N_("The invitation ended on {at}"),
        N_("Ask the sponsor user for a new one."),
    ),
    Reason.ROLE_UNKNOWN: RefusalText(
        N_("The account has no role {role}"),
        N_("Choose one of the account's roles, by its number."),
    ),
    Reason.ROLE_DELETED: RefusalText(
        N_("The role {role} was deleted on {at} by {by}"),
        N_("Choose another role, or create one with the same resources."),
    ),
    Reason.ROLE_NAME_TAKEN: RefusalText(
        N_("The account already has a role named {role}"),
        N_("Choose another name, or edit that role."),
    ),
    Reason.ROLE_HELD: RefusalText(
        N_("The role {role} is already given there, with the same end"),
        N_("Nothing needs to be done."),
    ),
    Reason.ROLE_NOT_HELD: RefusalText(
        N_("The role {role} is not given there"),
        N_("Nothing needs to be taken away. Check that it is the right role and the right user or key."),
    ),
    Reason.RESOURCE_NOT_IN_ROLE: RefusalText(
        N_("The role {role} does not hold {resources}"),
        N_("Look at what the role holds, and name only that to take it away."),
    ),
    Reason.ROLE_PREDEFINED: RefusalText(
        N_("The role {role} came with the catalogue and stays as it is"),
        N_("Create a role of your own with the resources you want."),
    ),
    Reason.KEY_EXISTS: RefusalText(
        N_("This appKey is already taken, or was once"),
        N_("Use the key there is, or issue a new pair: the appKey of a deleted key is not given again."),
    ),
    Reason.KEY_UNKNOWN: RefusalText(
        N_("The account {account} has no key with this appKey"),
        N_("Compare the appKey with the account's list of keys."),
    ),
    Reason.KEY_NOWHERE: RefusalText(
        N_("No account of this installation has a key with this appKey"),
        N_("Ask the account that the key belongs to for its appKey, and paste it whole."),
    ),
    Reason.KEY_DELETED: RefusalText(
        N_("The key was deleted on {at} by {by}"),
        N_("A deleted key does not come back. Issue a new pair if one is needed."),
    ),
    Reason.KEY_BLOCKED: RefusalText(
        N_("The key was blocked on {at} by {by}, because others may know its token"),
        N_("Renew its token and finish the renewal first; then the key can be activated."),
    ),
    Reason.KEY_EXTERNAL: RefusalText(
        N_("The key belongs to the account {home}"),
        N_("Only its home account can do that. Here its roles can be changed, or the key removed."),
    ),
    Reason.PAIR_MALFORMED: RefusalText(
        N_("These two values are not a pair that can be registered"),
        N_(
            "Paste both again, each in its own field: the appKey in Email, the appToken in Full name. Check that they "
            "are whole, not swapped and of the same pair."
        ),
    ),
    Reason.RENEWAL_OPEN: RefusalText(
        N_("A renewal has been under way since {at}"),
        N_("Finish it first: both tokens work until then."),
    ),
    Reason.RENEWAL_NOT_OPEN: RefusalText(
        N_("No renewal of this key is under way"),
        N_("Renew the key first, deploy its second token, then finish."),
    ),
    Reason.HANDOVER_INVALID: RefusalText(
        N_("There is nothing to read here, or no longer"),
        N_(
            "A token is handed over once, within 24 hours. If somebody else may have read it, ask for the key to be "
            "renewed."
        ),
    ),
    Reason.MOMENT_PASSED: RefusalText(
        N_("{at} has already passed"),
        N_("Choose a later moment, or leave it out."),
    ),
    Reason.NEVER_VALID: RefusalText(
        N_("The key would never be valid: it would begin on {from} and end on {until}"),
        N_("Choose an end that comes after the beginning."),
    ),
    Reason.DAYS_OUT_OF_RANGE: RefusalText(
        N_("{value} is not a number of days that can be chosen"),
        N_("Choose one from 1 to {most}."),
    ),
    Reason.CATALOGUE_MALFORMED: RefusalText(
        N_("The catalogue cannot be read: {problem}"),
        N_("Correct the file and import it again. Until then the catalogue before it stays in force."),
    ),
}
