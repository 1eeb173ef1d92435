"""Commands as lines that the program really takes, and as sentences; events as lines of the audit."""

import re
import shlex
from dataclasses import fields
from ipaddress import ip_network
from typing import Any, get_args

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st

from chaveiro.core import command as asked
from chaveiro.core import event as happened
from chaveiro.core.change import Change
from chaveiro.core.command import Command, Reason
from chaveiro.core.credential import Format
from chaveiro.core.denial import DenialId
from chaveiro.core.event import Event
from chaveiro.core.foreign import Kind
from chaveiro.core.keyring import Actor, ActorKind, Role
from chaveiro.core.names import AccountName, AppKey, Email, KeyId, Moment, Resource, RoleId
from chaveiro.doors.cli.app import app
from chaveiro.words.commands import command_line, described, event_described, in_turn
from chaveiro.words.language import Language

ACME, ANA, KEY = AccountName("acme"), Email("ana@acme.example"), AppKey("cvk_0123456789abcdefve0sr1")
BIA, PEDIDOS, AT = Email("bia@acme.example"), RoleId(3), Moment(1772546527.0)
LIST, CANCEL = Resource("OMS", "ListOrders"), Resource("OMS", "Cancel Order")
DIGEST = b"d" * 32
HASH, HANDOVER = "$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA", "0a1b" * 8
EPISODE = DenialId("01K9XW6Z5M3QH7T2R8V4N0PBCD")
ROLES = {PEDIDOS: Role(PEDIDOS, "Pedidos", frozenset({LIST}))}
OFFICE = (ip_network("203.0.113.0/24"), ip_network("2001:db8::/32"))

LINES: list[tuple[Command, str]] = [
    (asked.CreateAccount(ACME, ANA), "account create acme --sponsor ana@acme.example"),
    (
        asked.CreateAccount(ACME, ANA, Format.VTEX, https_only=True),
        "account create acme --sponsor ana@acme.example --format vtex --https-only",
    ),
    (asked.SuspendAccount(ACME), "account suspend acme"),
    (asked.SuspendAccount(ACME, "not paid"), "account suspend acme --why 'not paid'"),
    (asked.ResumeAccount(ACME), "account resume acme"),
    (
        asked.EditSettings(ACME, Format.VTEX, https_only=True, token_days_max=30),
        "account edit acme --format vtex --https-only --token-days 30",
    ),
    (asked.EditSettings(ACME, https_only=False), "account edit acme --no-https-only"),
    (asked.ImportCatalogue(ACME, "name = 'x'"), "catalogue import acme catalogue.toml"),
    (asked.InviteSponsor(ACME, BIA), "account transfer acme --to bia@acme.example"),
    (asked.AcceptSponsorship(ACME), "account transfer acme --accept"),
    (asked.CancelTransfer(ACME), "account transfer acme --cancel"),
    (asked.AddUser(ACME, BIA, "Bia d'Ávila"), "user add acme bia@acme.example --name 'Bia d'\"'\"'Ávila'"),
    (asked.RemoveUser(ACME, BIA), "user remove acme bia@acme.example"),
    (asked.GiveUserToken(ACME, BIA), "user token acme bia@acme.example"),
    (asked.GiveSetUpLink(ACME, BIA, DIGEST), "user invite acme bia@acme.example"),
    (asked.CreateRole(ACME, "Pedidos", frozenset({LIST})), "role create acme Pedidos --resource OMS/ListOrders"),
    (
        asked.CreateRole(ACME, "-x; reboot", frozenset({LIST, CANCEL})),
        "role create --resource 'OMS/Cancel Order' --resource OMS/ListOrders -- acme '-x; reboot'",
    ),
    (
        asked.EditRole(ACME, PEDIDOS, "Vendas", frozenset({LIST}), frozenset({CANCEL})),
        "role edit acme 3 --add OMS/ListOrders --remove 'OMS/Cancel Order' --name Vendas",
    ),
    (asked.AddPredefinedRoles(ACME, (ROLES[PEDIDOS],)), "catalogue import acme catalogue.toml"),
    (asked.DeleteRole(ACME, PEDIDOS), "role delete acme 3"),
    (
        asked.SpreadResource(ACME, LIST, CANCEL),
        "role edit acme --holding OMS/ListOrders --add 'OMS/Cancel Order'",
    ),
    (asked.AdoptKey(ACME, KEY, AccountName("globex")), f"key adopt acme {KEY}"),
    (asked.GrantToUser(ACME, PEDIDOS, BIA), "role grant acme 3 --user bia@acme.example"),
    (asked.WithdrawFromUser(ACME, PEDIDOS, BIA), "role withdraw acme 3 --user bia@acme.example"),
    (asked.GrantToKey(ACME, PEDIDOS, KEY, AT), f"role grant acme 3 --key {KEY} --until 2026-03-03T14:02:07Z"),
    (asked.WithdrawFromKey(ACME, PEDIDOS, KEY), f"role withdraw acme 3 --key {KEY}"),
    (
        asked.IssueKey(ACME, KEY, KeyId(""), DIGEST, "-ERP", "", None, AT, OFFICE),
        "key issue acme --label=-ERP --expires 2026-03-03T14:02:07Z --network 203.0.113.0/24 --network 2001:db8::/32",
    ),
    (
        asked.IssueKey(ACME, KEY, KeyId(""), DIGEST, "ERP", "Bia", valid_from=AT),
        "key issue acme --label ERP --owner Bia --valid-from 2026-03-03T14:02:07Z",
    ),
    (
        asked.IssueKey(ACME, KEY, KeyId(""), DIGEST, "ERP", registered=True),
        f"user add acme {KEY} --name - --label ERP",
    ),
    (asked.ActivateKey(ACME, KEY), f"key activate acme {KEY}"),
    (asked.DeactivateKey(ACME, KEY, "spring clean"), f"key deactivate acme {KEY} --why 'spring clean'"),
    (asked.ImportKey(ACME, KEY, KeyId("1" * 32), DIGEST, Kind("sha256"), "ERP"), "key import acme keys.csv"),
    (asked.BlockKey(ACME, KEY), f"key block acme {KEY}"),
    (asked.RenewKey(ACME, KEY, DIGEST), f"key renew acme {KEY}"),
    (asked.FinishRenewal(ACME, KEY), f"key finish acme {KEY}"),
    (asked.DeleteKey(ACME, KEY), f"key delete acme {KEY}"),
]
IN_THE_CONSOLE: list[Command] = [
    asked.ReportLeak(ACME, KEY, DIGEST),
    asked.TakeSetUpLink(ACME, BIA, DIGEST, HASH),
    asked.ChangePassword(ACME, BIA, HASH),
    asked.HandOver(ACME, KEY, HANDOVER),
    asked.OpenHandover(ACME, KEY, HANDOVER),
    asked.MuteEpisode(ACME, EPISODE),
    asked.UnmuteEpisode(ACME, EPISODE),
]
WITH_A_LINE = [command for command, _ in LINES]
COMMANDS = [*WITH_A_LINE, *IN_THE_CONSOLE]

EVENTS: list[Event] = [
    happened.AccountCreated(ANA, Format.NATIVE, https_only=False),
    happened.AccountSuspended("not paid"),
    happened.AccountResumed(),
    happened.SettingsEdited(Format.VTEX, https_only=True, token_days_max=30),
    happened.SettingsEdited(None, https_only=False, token_days_max=None),
    happened.CatalogueImported("name = 'x'"),
    happened.SponsorInvited(BIA, AT),
    happened.TransferCancelled(BIA),
    happened.SponsorChanged(ANA, BIA),
    happened.UserAdded(BIA, "Bia"),
    happened.UserRemoved(BIA),
    happened.UserTokenGiven(BIA),
    happened.SetUpLinkGiven(BIA, DIGEST, AT),
    happened.PasswordSet(BIA, HASH),
    happened.RoleCreated(PEDIDOS, "Pedidos", frozenset({LIST})),
    happened.RoleCreated(PEDIDOS, "Pedidos", frozenset()),
    happened.RoleEdited(PEDIDOS, "Vendas", frozenset({LIST}), frozenset({CANCEL})),
    happened.RoleDeleted(PEDIDOS, "Pedidos"),
    happened.PredefinedRolesAdded((ROLES[PEDIDOS],)),
    happened.ResourceSpread(LIST, CANCEL, (PEDIDOS, RoleId(8))),
    happened.KeyAdopted(KEY, AccountName("globex")),
    happened.KeyReleased(KEY, AccountName("globex")),
    happened.UserGranted(PEDIDOS, BIA, None),
    happened.UserGranted(PEDIDOS, BIA, AT),
    happened.UserWithdrawn(PEDIDOS, BIA),
    happened.KeyGranted(PEDIDOS, KEY, None),
    happened.KeyGranted(PEDIDOS, KEY, AT),
    happened.KeyWithdrawn(PEDIDOS, KEY),
    happened.KeyIssued(KEY, KeyId(""), DIGEST, "ERP", "", None, None, (), registered=False),
    happened.KeyIssued(KEY, KeyId(""), DIGEST, "ERP", "", None, AT, (), registered=False),
    happened.KeyIssued(KEY, KeyId(""), DIGEST, "ERP", "", None, None, (), registered=True),
    happened.KeyActivated(KEY),
    happened.KeyDeactivated(KEY, "spring clean"),
    happened.KeyImported(KEY, KeyId("1" * 32), DIGEST, Kind("sha256"), "ERP", "", None, None, ()),
    happened.LeakNoted(KEY, "https://code.example/.env"),
    happened.KeyBlocked(KEY, ""),
    happened.KeyRenewed(KEY, DIGEST),
    happened.RenewalFinished(KEY),
    happened.KeyDeleted(KEY, "ERP"),
    happened.HandoverMade(KEY, HANDOVER, AT),
    happened.HandoverOpened(KEY, HANDOVER),
    happened.EpisodeMuted(EPISODE),
    happened.EpisodeUnmuted(EPISODE),
    happened.CommandRefused("grant_to_key", Reason.NOT_DELEGATED),
]


def told(event: Event, language: Language) -> str:
    return event_described(Change(ACME, AT, Actor(ActorKind.USER, ANA), event), language, roles=ROLES)


def test_every_command_and_every_event_is_told_here() -> None:
    assert {type(command) for command in COMMANDS} == set(get_args(Command))
    assert {type(event) for event in EVENTS} == set(get_args(Event))


@pytest.mark.parametrize(("command", "line"), LINES)
def test_a_command_is_the_line_that_carries_it_out(command: Command, line: str) -> None:
    assert command_line(command) == f"chaveiro {line}"


@pytest.mark.parametrize("command", IN_THE_CONSOLE)
def test_what_is_done_elsewhere_has_no_line(command: Command) -> None:
    """A line with a password or a link's secret in it would stay in the shell's history."""
    with pytest.raises(ValueError, match="not carried out on the command line"):
        command_line(command)


@pytest.mark.parametrize("language", Language)
def test_no_sentence_holds_what_is_kept_of_a_secret(language: Language) -> None:
    """Neither a digest, nor a password's hash, nor the id that opens a hand-over."""
    said = " ".join([*(told(event, language) for event in EVENTS), *(described(one, language) for one in COMMANDS)])
    for kept in (DIGEST.hex(), DIGEST.decode(), "argon2id", HANDOVER):
        assert kept not in said


def test_settings_say_what_is_decided_anew() -> None:
    edit = asked.EditSettings(ACME, Format.VTEX, https_only=True, token_days_max=1500)
    assert described(edit, Language.EN) == (
        "Edit the settings of the account acme: new pairs in the format vtex; HTTPS only; tokens are old after days: "
        "1,500"
    )
    done = happened.SettingsEdited(None, https_only=False, token_days_max=None)
    assert told(done, Language.PT) == "Configurações da conta alteradas: HTTP e HTTPS"
    assert described(asked.EditSettings(ACME), Language.EN) == "Edit the settings of the account acme"


@pytest.mark.parametrize("command", WITH_A_LINE)
def test_the_program_takes_the_line(command: Command) -> None:
    """Every word of it is a command, an argument or an option of the real command line."""
    words = shlex.split(command_line(command))[1:]
    program: Any = typer.main.get_command(app)
    while hasattr(program, "commands"):
        program = program.commands[words.pop(0)]
    context = program.make_context(program.name, words)
    assert context.args == []


@given(st.text(min_size=1, max_size=100), st.text(max_size=100))
def test_whatever_a_name_holds_it_stays_one_word(name: str, why: str) -> None:
    words = shlex.split(command_line(asked.CreateRole(ACME, name, frozenset({LIST}))))
    assert name in {words[-1], words[4]}
    blocked = shlex.split(command_line(asked.BlockKey(ACME, KEY, why)))
    assert blocked[5:] in ([], ["--why", why], [f"--why={why}"])


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_is_one_sentence(command: Command, language: Language) -> None:
    said = described(command, language, roles=ROLES)
    assert said
    assert "{" not in said
    assert not said.endswith(".")
    assert "  " not in said


def test_a_role_has_its_name_where_it_is_known() -> None:
    grant = asked.GrantToKey(ACME, PEDIDOS, KEY)
    assert described(grant, Language.EN, roles=ROLES) == f"Link the key {KEY} to the role Pedidos"
    assert described(grant, Language.PT, roles=ROLES) == f"Vincular a chave {KEY} ao perfil de acesso Pedidos"
    assert described(grant, Language.ES) == f"Vincular la clave {KEY} al perfil de acceso #3"


def test_an_edit_says_what_it_does_to_the_role() -> None:
    """As an order where it is to be done, as a fact where it was."""
    edit = asked.EditRole(ACME, PEDIDOS, "Vendas", frozenset({LIST}), frozenset({CANCEL}))
    assert described(edit, Language.EN, roles=ROLES) == (
        "Edit the role Pedidos: call it Vendas; add OMS/ListOrders; remove OMS/Cancel Order"
    )
    done = happened.RoleEdited(PEDIDOS, "Vendas", frozenset({LIST}), frozenset({CANCEL}))
    assert told(done, Language.EN) == "Role Vendas edited: OMS/ListOrders added; OMS/Cancel Order removed"
    renamed = happened.RoleEdited(PEDIDOS, "Vendas", frozenset(), frozenset())
    assert told(renamed, Language.EN) == "Role Vendas edited"


def test_a_role_that_is_made_first_has_its_name_in_what_follows() -> None:
    """Its number is the next one, as it is for whoever runs the lines in this order."""
    made = asked.CreateRole(ACME, "Vendas", frozenset({LIST}))
    grant = asked.GrantToKey(ACME, RoleId(max(ROLES) + 1), KEY)
    said = in_turn((made, grant), Language.EN, roles=ROLES)
    assert said == ("Create the role Vendas with OMS/ListOrders", f"Link the key {KEY} to the role Vendas")


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("event", EVENTS)
def test_an_event_is_one_line_without_a_digest(event: Event, language: Language) -> None:
    said = told(event, language)
    assert said.isprintable()
    assert "{" not in said
    assert DIGEST.decode() not in said
    assert str(DIGEST) not in said


@pytest.mark.parametrize("event", [event for event in EVENTS if any(part.name == "why" for part in fields(event))])
def test_why_is_told_where_somebody_said_it(event: Event) -> None:
    why = getattr(event, "why", "")
    assert ("Motivo informado" in told(event, Language.PT)) is bool(why)
    assert why in told(event, Language.PT)


def test_a_refused_command_is_told_with_its_reason() -> None:
    refused = happened.CommandRefused("grant_to_key", Reason.NOT_DELEGATED)
    assert told(refused, Language.ES) == "Rechazado: vincular una clave a un perfil de acceso (not_delegated)"
    assert told(happened.CommandRefused("dance", Reason.ALREADY_SO), Language.EN) == "Refused: dance (already_so)"


def test_every_command_that_can_be_refused_has_a_name() -> None:
    for command in get_args(Command):
        name = re.sub(r"(?<!^)(?=[A-Z])", "_", command.__name__).lower()
        assert name not in told(happened.CommandRefused(name, Reason.ALREADY_SO), Language.PT)
