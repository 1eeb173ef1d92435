"""What people do in the console, from the first link to the first success, in a browser and in each language."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from tests.browser.showing import BROKEN, DESK, PHONE
from tests.doors.console.browserless import PASSWORD, with_password
from tests.doors.world import ACME, ORDERS, World, done, furnish, listening
from tests.keys import KEYS

from chaveiro.core.command import AddUser, CreateAccount, Refusal
from chaveiro.core.credential import mint_key, mint_token
from chaveiro.core.keyring import Actor, ActorKind
from chaveiro.core.names import AccountName, Email
from chaveiro.doors.console.notices import NOTICES
from chaveiro.serve.house import wall_clock
from chaveiro.stores.sql import SqlStore
from chaveiro.wire.link import set_up_link
from chaveiro.words.language import Language, sentences

ANA, BRUNO, PAULO = (Email(f"{who}@acme.example") for who in ("ana", "bruno", "paulo"))
WAITING = "Waiting for the first request with this token. This page tells what becomes of it."
TIMEOUT_MS = 8_000
OPERATOR, SPONSOR = Actor(ActorKind.OPERATOR, "root"), Actor(ActorKind.USER, ANA)
HELD = """async () => JSON.stringify([
  {...localStorage}, {...sessionStorage}, history.state, location.href, document.cookie, name,
  (await indexedDB.databases()).map((one) => one.name),
  await Promise.all((await caches.keys()).map(async (one) => (await (await caches.open(one)).keys()).length)),
])"""


@dataclass(frozen=True)
class Place:
    """A server on a database of its own, as people run it."""

    world: World
    origin: str
    folder: Path

    def link(self, person: Email) -> str:
        """A link by which somebody chooses a password, as the command line prints it."""
        secret = self.world.house.node.invite(ACME, person, by=SPONSOR)
        assert not isinstance(secret, Refusal), secret
        return set_up_link(self.origin, ACME, person, secret).reveal()

    def check(self, app_key: str, token: str, path: str = ORDERS) -> str:
        """Ask the check door as a gateway would; its decision."""
        body = {"account": ACME, "appKey": app_key, "appToken": token, "method": "GET", "path": path}
        got = httpx.post(f"{self.origin}/v1/check", json=body, trust_env=False)
        decision: str = got.json()["decision"]
        return decision

    def kept(self) -> bytes:
        """Every byte of the database and of what lies beside it."""
        return b"".join(one.read_bytes() for one in self.folder.iterdir())


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("data")
    store = SqlStore.open(f"sqlite:///{folder}/chaveiro.db", keys=KEYS)
    world = furnish(accounts=1, clock=wall_clock, store=store)
    for person, name in ((BRUNO, "Bruno"), (PAULO, "Paulo")):
        done(world.house, AddUser(ACME, person, name), SPONSOR)
    for person in (ANA, BRUNO, PAULO):
        with_password(world, person)
    world.house.start()
    with listening(world.app()) as port:
        yield Place(world, f"http://127.0.0.1:{port}", folder)
    world.house.close()


@dataclass
class Person:
    """Somebody at a browser of their own, who reads one language."""

    place: Place
    context: BrowserContext
    page: Page
    said: Callable[[str], str]
    complaints: list[str]

    def open(self, path: str) -> None:
        self.page.goto(f"{self.place.origin}/console{path}")

    def button(self, name: str, within: Locator | None = None) -> Locator:
        return (within or self.page.locator("main")).get_by_role("button", name=self.said(name))

    def link(self, name: str) -> Locator:
        return self.page.locator("main a").filter(has_text=self.said(name)).first

    def field(self, name: str) -> Locator:
        return self.page.get_by_label(self.said(name), exact=False).first

    def sign_in(self, email: Email) -> None:
        self.open("/sign-in")
        self.page.locator("#email").fill(email)
        self.page.locator("#password").fill(PASSWORD)
        self.button("Sign in").click()
        self.page.wait_for_url("**/console")

    def issue(self, label: str, role: str = "") -> tuple[str, str]:
        """Issue a key by hand; its pair as the page shows it."""
        self.open("/keys/issue")
        self.page.locator("#label").fill(label)
        if role:
            self.page.get_by_label(role).check()
        self.button("Issue the key").click()
        expect(self.page.locator("[data-secret]")).to_be_visible()
        return self.pair()

    def pair(self) -> tuple[str, str]:
        key, token = self.page.locator("[data-secret] [data-copied]").all_inner_texts()
        return key, token


def tell(language: Language, sentence: str) -> str:
    """A sentence of ours in a language; one that has no words in it would prove nothing."""
    told = sentences(language).gettext(sentence)
    assert language is Language.EN or told != sentence, f"nobody says `{sentence}`"
    return told


@pytest.fixture(params=list(Language))
def language(request: pytest.FixtureRequest) -> Language:
    return Language(request.param)


@pytest.fixture
def somebody(browser: Browser, place: Place, language: Language) -> Iterator[Callable[..., Person]]:
    """Opens browsers. None of them may complain of anything."""
    people: list[Person] = []

    def opened(**how: Any) -> Person:
        context = browser.new_context(locale=language.tag, viewport=DESK, reduced_motion="reduce", **how)  # type: ignore[arg-type]  # width and height
        context.set_default_timeout(TIMEOUT_MS)
        page, complaints = context.new_page(), list[str]()
        context.add_init_script(BROKEN)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: complaints.append(dialog.message))
        people.append(Person(place, context, page, partial(tell, language), complaints))
        return people[-1]

    yield opened
    for person in people:
        broken = [one for page in person.context.pages for one in page.evaluate("window.broken ?? []")]
        assert person.complaints + broken == []
        person.context.close()


def test_from_the_link_to_the_first_success(
    place: Place, somebody: Callable[..., Person], language: Language, capfd: pytest.CaptureFixture[str]
) -> None:
    """Nothing is reloaded by hand: the page that shows the token tells of the first refusal and the first success."""
    ana = somebody(permissions=["clipboard-write"])
    page, asked = ana.page, list[str]()
    ana.context.on("request", lambda request: asked.append(f"{request.url} {request.headers.get('referer')}"))
    page.goto(place.link(ANA))
    assert page.url == f"{place.origin}/console/set-up"
    ana.field("New password").fill(PASSWORD)
    ana.field("The same again").fill(PASSWORD)
    ana.button("Set password and sign in").click()
    page.wait_for_url("**/console")
    assert page.locator("html").get_attribute("lang") == language.tag
    expect(page.locator("#notices")).to_contain_text(ana.said(NOTICES["password_set"]))

    page.locator("nav.side").get_by_role("link", name=ana.said("Keys")).click()
    ana.link("Issue a key").click()
    page.locator("#label").fill(f"ERP {language}")
    ana.button("Issue the key").click()
    app_key, token = ana.pair()
    page.locator("[data-wiped] + [data-copy]").click()
    page.locator("#pasted-back").press("ControlOrMeta+v")
    assert page.locator("#pasted-back").input_value() == token
    expect(page.locator("#stored")).to_be_checked()
    first = page.locator("#first")
    expect(first).to_contain_text(
        ana.said("Waiting for the first request with this token. This page tells what becomes of it.")
    )

    assert place.check(app_key, token) == "deny"
    expect(first.locator(".notice.bad")).to_be_visible(timeout=10_000)
    with ana.context.expect_page() as opened:
        first.get_by_role("link").click()
    denial = opened.value
    expect(denial.locator("h1")).to_have_text(ana.said("The key is not linked to any role"))
    denial.get_by_role("button", name=ana.said("Do this")).first.click()
    expect(denial.locator("#notices")).not_to_be_empty()
    assert place.check(app_key, token) == "allow"
    denial.close()
    page.bring_to_front()
    expect(first.locator(".notice.ok")).to_be_visible(timeout=10_000)

    assert page.url == f"{place.origin}/console/keys/{app_key}"
    gone(ana, token)
    assert not any(token in one for one in asked)
    said = capfd.readouterr()
    assert token not in said.out + said.err
    assert token.encode() not in place.kept()


def gone(person: Person, token: str) -> None:
    """Out of storage and address while it is shown; out of everything once its page is left, however one comes back."""
    page, address = person.page, person.page.url
    assert token not in page.evaluate(HELD)
    page.evaluate("navigator.clipboard.writeText('')")
    another = person.context.new_page()
    another.goto(address)
    assert token not in another.content()
    another.close()
    for way in (person.link("Go on").click, page.reload, page.go_back, page.go_forward, page.go_back, page.reload):
        way()
        page.wait_for_load_state()
        assert token not in page.content()
        fields = page.evaluate("[...document.querySelectorAll('input, textarea')].map((one) => one.value).join()")
        assert token not in fields + page.evaluate(HELD)


def test_a_swapped_pair_is_refused_and_explained(place: Place, somebody: Callable[..., Person]) -> None:
    """In the page before anything is sent and, where no script runs, by the server; nothing is kept of it."""
    key = mint_key(bytes(range(20, 30)))
    token = mint_token(key, bytes(range(33))).reveal()
    for how in ({}, {"java_script_enabled": False}):
        ana = somebody(**how)
        ana.sign_in(ANA)
        ana.open("/users/register")
        ana.page.locator("#app_key").fill(token)
        ana.page.locator("#app_token").fill(key)
        ana.button("Register the pair").click()
        expect(ana.page.locator("main")).to_contain_text(ana.said("appKey and appToken are swapped"))
        assert token[8:40] not in ana.page.locator("body").inner_text()
        if how:
            ana.complaints.clear()
    assert key not in place.world.house.node.keyring(ACME).keys


def test_a_renewal_is_begun_and_finished_when_it_is_safe(place: Place, somebody: Callable[..., Person]) -> None:
    """The page tells that the old token is in use yet; once the new one alone was used, it says so and finishes."""
    ana = somebody()
    ana.sign_in(ANA)
    app_key, old = ana.issue("ERP", "Pedidos, só leitura")
    assert place.check(app_key, old) == "allow"
    place.world.house.node.flush_usage()
    ana.open(f"/keys/{app_key}")
    ana.page.locator(f'main a[href$="/keys/{app_key}/renew"]').first.click()
    ana.button("Make the second token").click()
    expect(ana.page.locator("[data-secret]")).to_be_visible()
    again, new = ana.pair()
    assert (again, old != new) == (app_key, True)
    assert [place.check(app_key, one) for one in (old, new)] == ["allow", "allow"]
    place.world.house.node.flush_usage()
    ana.open(f"/keys/{app_key}/finish")
    expect(ana.page.locator("main .notice")).to_contain_text(ana.said("Is it safe to finish the renewal?"))
    anyway = ana.page.locator("#anyway")
    if anyway.count():
        anyway.check()
    ana.button("Finish the renewal").click()
    confirm = ana.page.locator("#confirm [data-yes]")
    if confirm.is_visible():
        confirm.click()
    ana.page.wait_for_url(f"**/keys/{app_key}")
    assert [place.check(app_key, one) for one in (old, new)] == ["deny", "allow"]


def test_the_sponsorship_is_handed_over_between_two_browsers(place: Place, somebody: Callable[..., Person]) -> None:
    """Offered in one, accepted in the other; then the first may not do what it did before. And back."""
    ana, bruno = somebody(), somebody()
    for giver, taker, to in ((ana, bruno, BRUNO), (bruno, ana, ANA)):
        giver.sign_in(ANA if to == BRUNO else BRUNO) if to == BRUNO else giver.open("")
        giver.open("/sponsor")
        giver.page.locator("#to").fill(to)
        giver.button("Invite").click()
        expect(giver.page.locator("#notices")).to_contain_text(giver.said(NOTICES["sponsor_invited"]))
        taker.sign_in(to) if to == BRUNO else taker.open("")
        expect(taker.page.locator(".invitation")).to_be_visible()
        taker.page.locator(".invitation").get_by_role("link").click()
        taker.button("Accept, and become the sponsor").click()
        taker.page.locator("#confirm [data-yes]").click()
        expect(taker.page.locator("#notices")).to_contain_text(taker.said(NOTICES["sponsor_accepted"]))
        assert place.world.house.node.keyring(ACME).sponsor == to
        giver.open("/keys/issue")
        expect(giver.page.locator("main form")).to_have_count(0)


def test_a_plain_user_may_not_issue(place: Place, somebody: Callable[..., Person]) -> None:
    """There is no button, no entry in the menu, and nothing at the address but who may."""
    paulo = somebody()
    paulo.sign_in(PAULO)
    expect(paulo.page.get_by_role("link", name=paulo.said("Issue a key"))).to_have_count(0)
    expect(paulo.page.locator("nav.side").get_by_role("link", name=paulo.said("Keys"))).to_have_count(0)
    for path in ("/keys/issue", "/keys", "/users/register", "/failures"):
        got = paulo.page.goto(f"{place.origin}/console{path}")
        assert got is not None
        assert got.status == 403
        expect(paulo.page.locator("main form")).to_have_count(0)


# ------------------------------------------------------------------------------------------------- with the keyboard


class Keyboard:
    """Tab, Enter, space and letters: what there is without a mouse. Each stop must be seen."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def to(self, selector: str) -> None:
        """Go on with Tab until something is reached."""
        for _ in range(120):
            self.page.keyboard.press("Tab")
            self._is_seen()
            if self.page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
                return
        raise AssertionError(f"{selector} is not reached with Tab")

    def write(self, selector: str, text: str) -> None:
        self.to(selector)
        self.page.keyboard.type(text)

    def press(self, selector: str, key: str = "Enter") -> None:
        self.to(selector)
        self.page.keyboard.press(key)

    def _is_seen(self) -> None:
        outlined = self.page.evaluate("""() => {
          const one = document.activeElement;
          const style = getComputedStyle(one);
          return one === document.body || (style.outlineStyle === "solid" && parseFloat(style.outlineWidth) >= 2);
        }""")
        assert outlined, self.page.evaluate("document.activeElement.outerHTML.slice(0, 200)")


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_the_main_flow_needs_no_mouse(browser: Browser, place: Place, viewport: dict[str, int]) -> None:
    """Signed in, issued, stored, refused, mended and allowed, with the focus seen at every stop."""
    context = browser.new_context(locale="en", viewport=viewport, reduced_motion="reduce")  # type: ignore[arg-type]  # width and height
    page = context.new_page()
    keys = Keyboard(page)
    page.goto(f"{place.origin}/console/sign-in")
    keys.write("#email", ANA)
    keys.write("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/console")
    if viewport is PHONE:
        keys.press(".menu summary")
        keys.press('.menu a[href="/console/keys"]')
    else:
        keys.press('nav.side a[href="/console/keys"]')
    page.wait_for_url("**/console/keys")
    keys.press('main a[href="/console/keys/issue"]')
    page.wait_for_url("**/keys/issue")
    keys.write("#label", "Without a mouse")
    keys.press("main form.issue button.primary")
    page.wait_for_selector("[data-secret]")
    app_key, token = page.locator("[data-secret] [data-copied]").all_inner_texts()
    assert place.check(app_key, token) == "deny"
    keys.press("#stored", " ")
    keys.press("[data-go-on]")
    page.wait_for_function("!document.querySelector('[data-secret]')")
    keys.press(f'main a[href$="/keys/{app_key}/link"]')
    page.wait_for_url("**/link")
    keys.press("input[name=role]", " ")
    keys.press("main form[method=post] button[type=submit]")
    page.wait_for_url(f"**/keys/{app_key}")
    assert place.check(app_key, token) == "allow"
    context.close()


def test_signing_in_names_the_account_where_there_are_several(browser: Browser, place: Place) -> None:
    """As soon as there is a second one, it is asked for; of one that is named in the address, too."""
    name = AccountName("globex")
    if name not in place.world.house.node.accounts:
        done(place.world.house, CreateAccount(name, Email("gil@globex.example")), OPERATOR)
    context = browser.new_context(locale="en")
    page = context.new_page()
    page.goto(f"{place.origin}/console/sign-in?account=acme")
    expect(page.get_by_label("Account")).to_have_value("acme")
    page.get_by_label("E-mail").fill(ANA)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/console")
    context.close()
