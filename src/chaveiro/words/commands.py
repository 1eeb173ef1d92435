"""Commands as a line that can be run and as a sentence, and events as a line of the audit."""

from __future__ import annotations

import shlex
from datetime import UTC, datetime
from typing import TYPE_CHECKING, assert_never

from chaveiro.core import command as asked
from chaveiro.core import event as happened
from chaveiro.core.credential import Format, public
from chaveiro.core.keyring import Role
from chaveiro.core.names import RoleId
from chaveiro.words import figures
from chaveiro.words.language import N_, Language, sentences

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from chaveiro.core.change import Change
    from chaveiro.core.command import Command
    from chaveiro.core.event import Event
    from chaveiro.core.names import Moment, Resource

PROGRAM = "chaveiro"
STDIN = "-"  # a value that is asked for, or read from standard input
CATALOGUE_FILE = "catalogue.toml"  # a command holds a catalogue's text, not the file it came from
KEYS_FILE = "keys.csv"  # likewise, of keys that are brought

# A sentence that begins with what the command does. Where the second one is given, it is told of what has an end.
_COMMANDS: Mapping[type[Command], tuple[str, str]] = {
    asked.CreateAccount: (N_("Create the account {account} with {sponsor} as its sponsor user"), ""),
    asked.SuspendAccount: (N_("Suspend the account {account}"), ""),
    asked.ResumeAccount: (N_("Resume the account {account}"), ""),
    asked.EditSettings: (N_("Edit the settings of the account {account}"), ""),
    asked.ImportCatalogue: (N_("Import a catalogue into the account {account}"), ""),
    asked.AddPredefinedRoles: (N_("Take over the predefined roles of the catalogue"), ""),
    asked.InviteSponsor: (N_("Invite {to} to become the sponsor user"), ""),
    asked.CancelTransfer: (N_("Cancel the invitation to become the sponsor user"), ""),
    asked.AcceptSponsorship: (N_("Accept to become the sponsor user"), ""),
    asked.AddUser: (N_("Add the user {email}"), ""),
    asked.RemoveUser: (N_("Remove the user {email}"), ""),
    asked.GiveUserToken: (N_("Give out a user token of {to}"), ""),
    asked.GiveSetUpLink: (N_("Give {to} a link to choose a password"), ""),
    asked.TakeSetUpLink: (N_("Choose the password of {email} by a link"), ""),
    asked.ChangePassword: (N_("Change the password of {email}"), ""),
    asked.CreateRole: (N_("Create the role {name} with {resources}"), ""),
    asked.EditRole: (N_("Edit the role {role}"), ""),
    asked.DeleteRole: (N_("Delete the role {role}"), ""),
    asked.SpreadResource: (N_("Add {given} to every role with {held}"), ""),
    asked.GrantToUser: (N_("Give the role {role} to {to}"), N_("Give the role {role} to {to} until {until}")),
    asked.WithdrawFromUser: (N_("Take the role {role} from {to}"), ""),
    asked.GrantToKey: (
        N_("Link the key {to} to the role {role}"),
        N_("Link the key {to} to the role {role} until {until}"),
    ),
    asked.WithdrawFromKey: (N_("Unlink the key {to} from the role {role}"), ""),
    asked.IssueKey: (N_("Issue a key labelled {label}"), N_("Issue a key labelled {label}, valid until {expires}")),
    asked.ImportKey: (
        N_("Import the key {app_key}, labelled {label}"),
        N_("Import the key {app_key}, labelled {label}, valid until {expires}"),
    ),
    asked.ReportLeak: (N_("Report that a token of the key {app_key} lies in the open"), ""),
    asked.AdoptKey: (N_("Add the external key {app_key} of the account {home}"), ""),
    asked.ActivateKey: (N_("Activate the key {app_key}"), ""),
    asked.DeactivateKey: (N_("Deactivate the key {app_key}"), ""),
    asked.BlockKey: (N_("Block the key {app_key}"), ""),
    asked.RenewKey: (N_("Renew the token of the key {app_key}"), ""),
    asked.FinishRenewal: (N_("Finish the renewal of the key {app_key}"), ""),
    asked.DeleteKey: (N_("Delete the key {app_key}"), ""),
    asked.HandOver: (N_("Hand over the new token of the key {app_key} by a link"), ""),
    asked.OpenHandover: (N_("Read the token of the key {app_key} that was handed over"), ""),
    asked.MuteEpisode: (N_("Mute the repeated failure {episode}"), ""),
    asked.UnmuteEpisode: (N_("Bring up the repeated failure {episode} again"), ""),
}

# What was asked for in general, by the name under which a refused command is kept.
_ASKED: Mapping[str, str] = {
    "create_account": N_("create an account"),
    "suspend_account": N_("suspend the account"),
    "resume_account": N_("resume the account"),
    "edit_settings": N_("edit the account's settings"),
    "import_catalogue": N_("import a catalogue"),
    "add_predefined_roles": N_("take over predefined roles"),
    "invite_sponsor": N_("invite another sponsor user"),
    "cancel_transfer": N_("cancel the invitation of a sponsor user"),
    "accept_sponsorship": N_("become the sponsor user"),
    "add_user": N_("add a user"),
    "remove_user": N_("remove a user"),
    "give_user_token": N_("give out a person's user token"),
    "give_set_up_link": N_("give a link to choose a password"),
    "take_set_up_link": N_("choose a password by a link"),
    "change_password": N_("change a password"),
    "create_role": N_("create a role"),
    "edit_role": N_("edit a role"),
    "delete_role": N_("delete a role"),
    "spread_resource": N_("add a resource to every role that holds another"),
    "grant_to_user": N_("give a role to a user"),
    "withdraw_from_user": N_("take a role from a user"),
    "grant_to_key": N_("link a key to a role"),
    "withdraw_from_key": N_("unlink a key from a role"),
    "issue_key": N_("issue a key"),
    "import_key": N_("import a key"),
    "report_leak": N_("report a token that lies in the open"),
    "adopt_key": N_("add an external key"),
    "activate_key": N_("activate a key"),
    "deactivate_key": N_("deactivate a key"),
    "block_key": N_("block a key"),
    "renew_key": N_("renew a key's token"),
    "finish_renewal": N_("finish a renewal"),
    "delete_key": N_("delete a key"),
    "hand_over": N_("hand over a token by a link"),
    "open_handover": N_("read a token that was handed over"),
    "mute_episode": N_("mute a repeated failure"),
    "unmute_episode": N_("bring up a repeated failure again"),
}

_EVENTS: Mapping[type[Event], tuple[str, str]] = {
    happened.AccountCreated: (N_("Account created, with {sponsor} as its sponsor user"), ""),
    happened.AccountSuspended: (N_("Account suspended"), ""),
    happened.AccountResumed: (N_("Account resumed"), ""),
    happened.SettingsEdited: (N_("Settings of the account edited"), ""),
    happened.CatalogueImported: (N_("Catalogue imported"), ""),
    happened.PredefinedRolesAdded: (N_("Predefined roles added: {names}"), ""),
    happened.SponsorInvited: (
        N_("{to} invited to become the sponsor user"),
        N_("{to} invited to become the sponsor user, until {expires}"),
    ),
    happened.TransferCancelled: (N_("Invitation of {to} to become the sponsor user cancelled"), ""),
    happened.SponsorChanged: (N_("Sponsorship transferred from {former} to {to}"), ""),
    happened.UserAdded: (N_("User {email} added"), ""),
    happened.UserRemoved: (N_("User {email} removed"), ""),
    happened.UserTokenGiven: (N_("User token of {to} given out"), ""),
    happened.SetUpLinkGiven: (
        N_("Link to choose a password given to {to}"),
        N_("Link to choose a password given to {to}, until {expires}"),
    ),
    happened.PasswordSet: (N_("Password of {email} set"), ""),
    happened.RoleCreated: (N_("Role {name} created, with {resources}"), ""),
    happened.RoleEdited: (N_("Role {name} edited"), ""),
    happened.RoleDeleted: (N_("Role {name} deleted"), ""),
    happened.ResourceSpread: (N_("{given} added to every role with {held}: {names}"), ""),
    happened.UserGranted: (N_("Role {role} given to {to}"), N_("Role {role} given to {to} until {until}")),
    happened.UserWithdrawn: (N_("Role {role} taken from {to}"), ""),
    happened.KeyGranted: (
        N_("Key {to} linked to the role {role}"),
        N_("Key {to} linked to the role {role} until {until}"),
    ),
    happened.KeyWithdrawn: (N_("Key {to} unlinked from the role {role}"), ""),
    happened.KeyIssued: (
        N_("Key {app_key} issued, labelled {label}"),
        N_("Key {app_key} issued, labelled {label}, valid until {expires}"),
    ),
    happened.KeyImported: (
        N_("Key {app_key} imported, labelled {label}; its token is known by the digest of another system"),
        N_(
            "Key {app_key} imported, labelled {label}, valid until {expires}; its token is known by the digest of "
            "another system"
        ),
    ),
    happened.LeakNoted: (N_("A token of the key {app_key} that no longer works was found in the open"), ""),
    happened.KeyAdopted: (N_("External key {app_key} of the account {home} added"), ""),
    happened.KeyReleased: (N_("External key {app_key} of the account {home} removed, with the roles it had here"), ""),
    happened.KeyActivated: (N_("Key {app_key} activated"), ""),
    happened.KeyDeactivated: (N_("Key {app_key} deactivated"), ""),
    happened.KeyBlocked: (N_("Key {app_key} blocked"), ""),
    happened.KeyRenewed: (N_("Second token issued for the key {app_key}; both work"), ""),
    happened.RenewalFinished: (N_("Renewal of the key {app_key} finished; its former token no longer works"), ""),
    happened.KeyDeleted: (N_("Key {app_key} deleted, labelled {label}"), ""),
    happened.HandoverMade: (
        N_("Token of the key {app_key} handed over by a link"),
        N_("Token of the key {app_key} handed over by a link, until {expires}"),
    ),
    happened.HandoverOpened: (N_("Token of the key {app_key} read by whoever it was handed over to"), ""),
    happened.EpisodeMuted: (N_("Repeated failure {episode} muted"), ""),
    happened.EpisodeUnmuted: (N_("Repeated failure {episode} brought up again"), ""),
    happened.CommandRefused: (N_("Refused: {asked} ({reason})"), ""),
}

_REGISTERED = N_("Key {app_key} registered, labelled {label}; the pair was made elsewhere")
_REGISTER = N_("Register the key {app_key}, labelled {label}, made elsewhere")
# What an edit does to a role: its name, what is added, what is removed. As a command says it, and as an event tells it.
_EDITING = (N_("call it {name}"), N_("add {resources}"), N_("remove {resources}"))
_EDITED = (N_("new name {name}"), N_("{resources} added"), N_("{resources} removed"))
# What an account decides for itself, as a command and as an event tell it.
_FORMAT = N_("new pairs in the format {format}")
_HTTPS = (N_("HTTP and HTTPS"), N_("HTTPS only"))
_DAYS = N_("tokens are old after days: {days}")
_WHY = N_("{sentence}. Reason given: {why}")
_NOTHING = N_("no resource")


def described(command: Command, language: Language, *, roles: Mapping[RoleId, Role] | None = None) -> str:
    """What a command does, in one sentence without a full stop. *roles* gives roles their names."""
    said = _said(command, language, roles or {})
    match command:
        case asked.EditRole(_, _, name, add, remove):
            edit = _filled(_COMMANDS[asked.EditRole][0], said, language)
            return f"{edit}: {'; '.join(_edited(_EDITING, name or '', add, remove, language))}"
        case asked.EditSettings():
            return ": ".join([_filled(_COMMANDS[asked.EditSettings][0], said, language), *_settings(command, language)])
        case asked.IssueKey() if command.registered:
            return _filled(_REGISTER, said, language)
        case _:
            return _limited(_COMMANDS[type(command)], said, language)


def in_turn(commands: Iterable[Command], language: Language, *, roles: Mapping[RoleId, Role]) -> tuple[str, ...]:
    """What commands do one after the other, a sentence each: a role that one of them makes has its name in the next."""
    known, said = dict(roles), []
    for command in commands:
        said.append(described(command, language, roles=known))
        if isinstance(command, asked.CreateRole):
            number = RoleId(max(known, default=0) + 1)
            known[number] = Role(number, command.name, command.resources)
    return tuple(said)


def event_described(change: Change, language: Language, *, roles: Mapping[RoleId, Role] | None = None) -> str:
    """What happened, in one sentence without a full stop; when and by whom stand beside it in the audit."""
    event = change.event
    said = _said(event, language, roles or {})
    match event:
        case happened.RoleEdited(_, _, added, removed):
            said["name"] = said["name"] or said["role"]
            edited = _filled(_EVENTS[happened.RoleEdited][0], said, language)
            changes = "; ".join(_edited(_EDITED, "", added, removed, language))
            return f"{edited}: {changes}" if changes else edited
        case happened.SettingsEdited():
            return ": ".join(
                [_filled(_EVENTS[happened.SettingsEdited][0], said, language), *_settings(event, language)]
            )
        case happened.KeyIssued() if event.registered:
            return _filled(_REGISTERED, said, language)
        case happened.CommandRefused(name, reason):
            wish = sentences(language).gettext(_ASKED[name]) if name in _ASKED else name
            return _filled(_EVENTS[happened.CommandRefused][0], {"asked": wish, "reason": reason}, language)
        case _:
            sentence = _limited(_EVENTS[type(event)], said, language)
            return _filled(_WHY, {"sentence": sentence, **said}, language) if said.get("why") else sentence


def _edited(
    texts: tuple[str, str, str], name: str, added: frozenset[Resource], removed: frozenset[Resource], language: Language
) -> Iterable[str]:
    called, adding, removing = texts
    if name:
        yield _filled(called, {"name": name}, language)
    if added:
        yield _filled(adding, {"resources": _resources(added, language)}, language)
    if removed:
        yield _filled(removing, {"resources": _resources(removed, language)}, language)


def _settings(value: asked.EditSettings | happened.SettingsEdited, language: Language) -> list[str]:
    """What is decided anew, as one text; none where nothing is."""
    told = []
    if value.format is not None:
        told.append(_filled(_FORMAT, {"format": value.format.value}, language))
    if value.https_only is not None:
        told.append(_filled(_HTTPS[value.https_only], {}, language))
    if value.token_days_max is not None:
        told.append(_filled(_DAYS, {"days": figures.number(value.token_days_max, language)}, language))
    return ["; ".join(told)] if told else []


def _limited(texts: tuple[str, str], said: Mapping[str, str], language: Language) -> str:
    plain, with_end = texts
    has_end = with_end and (said.get("until") or said.get("expires"))
    return _filled(with_end if has_end else plain, said, language)


def _filled(sentence: str, said: Mapping[str, str], language: Language) -> str:
    return sentences(language).gettext(sentence).format_map(said)


_NAMED = (
    *("account", "sponsor", "former", "to", "email", "name", "label", "app_key", "home", "held", "given", "episode"),
    "why",
)


def _said(value: Command | Event, language: Language, roles: Mapping[RoleId, Role]) -> dict[str, str]:
    """The parts of a command or event that may be told, in words. Digests and catalogues are not among them."""
    said: dict[str, str] = {}
    for name in _NAMED:
        said[name] = public(str(getattr(value, name, None) or ""))
    for name in ("until", "expires"):
        at = getattr(value, name, None)
        said[name] = "" if at is None else figures.moment(at, language)
    if (role := getattr(value, "role", None)) is not None:
        said["role"] = _role_name(role, roles)
    if isinstance(value, happened.PredefinedRolesAdded | happened.ResourceSpread):
        said["names"] = figures.shortened([_role_name(one, roles) for one in value.roles], language)
    said["resources"] = _resources(getattr(value, "resources", frozenset()), language)
    return said


def _role_name(role: Role | RoleId, roles: Mapping[RoleId, Role]) -> str:
    if isinstance(role, int):
        return roles[role].name if role in roles else f"#{role}"
    return role.name


def _resources(resources: frozenset[Resource], language: Language) -> str:
    named = sorted(str(resource) for resource in resources)
    return figures.shortened(named, language) if named else sentences(language).gettext(_NOTHING)


def command_line(command: Command) -> str:
    """The line that carries a command out, quoted for a POSIX shell. No token is ever part of it.

    Raises ValueError for what is not done on the command line.
    """
    words, options = _line(command)
    written = [part for name, value in options for part in _option(name, value)]
    if any(word.startswith("-") for word in words):  # a name that begins like an option
        head = 2  # the group and the verb
        return shlex.join([PROGRAM, *words[:head], *written, "--", *words[head:]])
    return shlex.join([PROGRAM, *words, *written])


def _option(name: str, value: str | None) -> list[str]:
    if value is None:
        return [name]
    return [f"{name}={value}"] if value.startswith("-") and value != STDIN else [name, value]


_Options = list[tuple[str, str | None]]


def _line(command: Command) -> tuple[list[str], _Options]:
    if isinstance(command, asked.PasswordCommand | asked.HandoverCommand | asked.EpisodeCommand | asked.LeakCommand):
        return _console_line(command)
    if isinstance(command, asked.CreateAccount | asked.AccountCommand):
        return _account_line(command)
    if isinstance(command, asked.UserCommand):
        return _user_line(command)
    if isinstance(command, asked.RoleCommand):
        return _role_line(command)
    return _key_line(command)


def _console_line(
    command: asked.PasswordCommand | asked.HandoverCommand | asked.EpisodeCommand | asked.LeakCommand,
) -> tuple[list[str], _Options]:
    if isinstance(command, asked.GiveSetUpLink):
        return ["user", "invite", command.account, command.to], []
    msg = f"`{type(command).__name__}` is not carried out on the command line"
    raise ValueError(msg)


def _account_line(command: asked.CreateAccount | asked.AccountCommand) -> tuple[list[str], _Options]:
    match command:
        case asked.CreateAccount(account, sponsor, format_, https_only):
            chosen: _Options = [] if format_ is Format.NATIVE else [("--format", format_.value)]
            flags: _Options = [("--https-only", None)] if https_only else []
            return ["account", "create", account], [("--sponsor", sponsor), *chosen, *flags]
        case asked.SuspendAccount(account, why):
            return ["account", "suspend", account], _given(("--why", why))
        case asked.ResumeAccount(account):
            return ["account", "resume", account], []
        case asked.EditSettings():
            return ["account", "edit", command.account], _settings_options(command)
        case asked.ImportCatalogue(account, _):
            return ["catalogue", "import", account, CATALOGUE_FILE], []
        case asked.AddPredefinedRoles(account, _):
            return ["catalogue", "import", account, CATALOGUE_FILE], []
        case asked.InviteSponsor(account, to):
            return ["account", "transfer", account], [("--to", to)]
        case asked.AcceptSponsorship(account):
            return ["account", "transfer", account], [("--accept", None)]
        case asked.CancelTransfer(account):
            return ["account", "transfer", account], [("--cancel", None)]
        case _ as never:
            assert_never(never)


def _settings_options(command: asked.EditSettings) -> _Options:
    chosen = [] if command.format is None else [("--format", command.format.value)]
    days = [] if command.token_days_max is None else [("--token-days", str(command.token_days_max))]
    flags: _Options = []
    if command.https_only is not None:
        flags = [("--https-only" if command.https_only else "--no-https-only", None)]
    return [*chosen, *flags, *days]


def _user_line(command: asked.UserCommand) -> tuple[list[str], _Options]:
    match command:
        case asked.AddUser(account, email, name):
            return ["user", "add", account, email], [("--name", name)]
        case asked.RemoveUser(account, email):
            return ["user", "remove", account, email], []
        case asked.GiveUserToken(account, to):
            return ["user", "token", account, to], []
        case asked.GrantToUser(account, role, to, until):
            return ["role", "grant", account, str(role)], [("--user", to), *_moment("--until", until)]
        case asked.WithdrawFromUser(account, role, to):
            return ["role", "withdraw", account, str(role)], [("--user", to)]
        case _ as never:
            assert_never(never)


def _role_line(command: asked.RoleCommand) -> tuple[list[str], _Options]:
    match command:
        case asked.CreateRole(account, name, resources):
            return ["role", "create", account, name], _each("--resource", resources)
        case asked.EditRole(account, role, name, add, remove):
            changes = [*_each("--add", add), *_each("--remove", remove), *_given(("--name", name or ""))]
            return ["role", "edit", account, str(role)], changes
        case asked.DeleteRole(account, role):
            return ["role", "delete", account, str(role)], []
        case asked.SpreadResource(account, held, given):
            return ["role", "edit", account], [("--holding", str(held)), ("--add", str(given))]
        case _ as never:
            assert_never(never)


def _key_line(command: asked.KeyCommand) -> tuple[list[str], _Options]:  # noqa: C901 - one case per command
    match command:
        case asked.IssueKey():
            return _issue_line(command)
        case asked.ImportKey(account):
            return ["key", "import", account, KEYS_FILE], []
        case asked.AdoptKey(account, app_key, _):
            return ["key", "adopt", account, app_key], []
        case asked.GrantToKey(account, role, to, until):
            return ["role", "grant", account, str(role)], [("--key", to), *_moment("--until", until)]
        case asked.WithdrawFromKey(account, role, to):
            return ["role", "withdraw", account, str(role)], [("--key", to)]
        case asked.DeactivateKey(account, app_key, why):
            return ["key", "deactivate", account, app_key], _given(("--why", why))
        case asked.BlockKey(account, app_key, why):
            return ["key", "block", account, app_key], _given(("--why", why))
        case asked.ActivateKey(account, app_key):
            return ["key", "activate", account, app_key], []
        case asked.RenewKey(account, app_key):
            return ["key", "renew", account, app_key], []
        case asked.FinishRenewal(account, app_key):
            return ["key", "finish", account, app_key], []
        case asked.DeleteKey(account, app_key):
            return ["key", "delete", account, app_key], []
        case _ as never:
            assert_never(never)


def _issue_line(command: asked.IssueKey) -> tuple[list[str], _Options]:
    if command.registered:  # its token is asked for, and never a part of the line
        label = _given(("--label", command.label))
        return ["user", "add", command.account, command.app_key], [("--name", STDIN), *label]
    texts = [("--label", command.label), *_given(("--owner", command.owner))]
    moments = [*_moment("--valid-from", command.valid_from), *_moment("--expires", command.expires)]
    networks: _Options = [("--network", str(network)) for network in command.networks]
    return ["key", "issue", command.account], [*texts, *moments, *networks]


def _given(*options: tuple[str, str]) -> _Options:
    return [(name, value) for name, value in options if value]


def _each(name: str, resources: frozenset[Resource]) -> _Options:
    return [(name, str(resource)) for resource in sorted(resources)]


def _moment(name: str, at: Moment | None) -> _Options:
    if at is None:
        return []
    return [(name, datetime.fromtimestamp(at, UTC).isoformat().replace("+00:00", "Z"))]
