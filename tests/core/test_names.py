"""Names are parsed once and trusted afterwards."""

import pytest

from chaveiro.core.names import (
    NameMalformed,
    Resource,
    account_name,
    email,
    looks_secret,
    plain_text,
    quoted,
    resource,
    role_id,
)

TOKEN = "cvt_1qts2000g40r40m30e209185gr38e1w8124gk2gahc5rr34d1p70x3rfjdrdv74sjnefr1"


def test_good_names_are_read() -> None:
    """What is well-formed comes back as it is known; an e-mail address in lower case."""
    assert account_name("acme2") == "acme2"
    assert email("Ana@Acme.Example") == "ana@acme.example"
    assert role_id("12") == 12
    assert resource("License Manager/Role:Delete") == Resource("License Manager", "Role:Delete")
    assert str(Resource("OMS", "ListOrders")) == "OMS/ListOrders"
    assert plain_text("Perfil São José", what="name") == "Perfil São José"


@pytest.mark.parametrize("text", ["", "Acme", "a-b", "a" * 33, "acme\n", "ácme", "\u0661", "a b"])
def test_odd_account_names_are_refused(text: str) -> None:
    """Only 1 to 32 lower-case ASCII letters and digits are an account."""
    with pytest.raises(NameMalformed, match="not an account name"):
        account_name(text)


@pytest.mark.parametrize(
    "text", ["", "ana", "ana@", "@acme.example", "a b@acme.example", "ana@acme..x@y", "a@b\n", "ã"]
)
def test_odd_addresses_are_refused(text: str) -> None:
    """An address has one @, no blanks, and a host."""
    with pytest.raises(NameMalformed, match="not an e-mail address"):
        email(text)


@pytest.mark.parametrize(
    "local", ["a\0", "\u202eana", "ana\u200b", "a\x1b[31m", "a\x7f", "\ud800", TOKEN[:60]], ids=ascii
)
def test_an_address_neither_hides_a_character_nor_holds_a_token(local: str) -> None:
    """Two people whose addresses look the same would be mistaken for each other; a store may not take the rest."""
    with pytest.raises(NameMalformed) as refused:
        email(f"{local}@acme.example")
    assert local not in str(refused.value)
    with pytest.raises(NameMalformed):
        email(f"a@{'V' * 128}")


@pytest.mark.parametrize("text", ["", "0", "-1", "1.5", "abc", "٣", "9" * 10])
def test_odd_role_numbers_are_refused(text: str) -> None:
    """A role's number is a plain positive number."""
    with pytest.raises(NameMalformed, match="not a role's number"):
        role_id(text)


@pytest.mark.parametrize("text", ["", "OMS", "/x", "OMS/", "OMS/a/b", "OMS/ a", "OMS/a\n", "OMS/é"])
def test_odd_resources_are_refused(text: str) -> None:
    """A resource is product and key with one slash between."""
    with pytest.raises(NameMalformed, match="not a resource"):
        resource(text)


@pytest.mark.parametrize("secret", [f"cvt_{'0' * 70}", "V" * 128])
def test_no_resource_is_named_by_a_token(secret: str) -> None:
    """What is required is told and kept: whoever asks about a token in its place is told nothing of it."""
    for text in (f"OMS/{secret}", f"{secret}/ListOrders"):
        with pytest.raises(NameMalformed, match="not a resource") as refused:
            resource(text)
        assert secret not in str(refused.value)


@pytest.mark.parametrize("text", ["", " x", "x ", "a\nb", "x " * 50 + "x", "\u200b"])
def test_odd_texts_are_refused(text: str) -> None:
    """A label is one visible line."""
    with pytest.raises(NameMalformed, match="the label must be one line"):
        plain_text(text, what="label")


@pytest.mark.parametrize("secret", [TOKEN, "A" * 128, f"x {TOKEN} y", "0" * 60, TOKEN.upper()])
def test_a_credential_is_kept_out_of_names_and_messages(secret: str) -> None:
    """A token in the wrong field is neither kept nor repeated."""
    assert looks_secret(secret)
    with pytest.raises(NameMalformed, match="looks like a credential") as caught:
        plain_text(secret, what="label")
    assert secret not in str(caught.value)
    for read in (account_name, email, role_id, resource):
        with pytest.raises(NameMalformed) as caught:
            read(secret)
        assert secret not in str(caught.value)


def test_what_was_typed_is_quoted_visibly() -> None:
    """Odd characters are shown by their codes, long values by their length."""
    assert quoted("acmé") == "`acm\\xe9`"
    assert quoted("a\nb") == "`'a\\nb'`"
    assert quoted("x " * 80) == "a value of 160 characters"
