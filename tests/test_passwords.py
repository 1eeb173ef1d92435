"""Passwords: which are taken, how they are kept, and that hashing them holds up nothing else."""

from __future__ import annotations

import random
import string
import unicodedata
from statistics import median
from threading import Barrier, Event, Thread
from time import perf_counter, thread_time

import pytest
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError
from hypothesis import given
from hypothesis import strategies as st

from chaveiro.core.names import AccountName, Email
from chaveiro.passwords import LENGTH_MAX, LENGTH_MIN, Busy, Passwords, PasswordWeak, hashing, weakness
from chaveiro.passwords.hashing import AT_ONCE_MAX
from chaveiro.passwords.words import WORDS

ACME = AccountName("acme")
ANA = Email("ana.souza@lojas.example")
PEPPER = bytes(range(32))
RIGHT = "quatro cavalos no telhado"
FULL_WIDTH = "".join(chr(ord(one) + 0xFEE0) for one in "password1234")
PASSWORDS = Passwords(PEPPER)
HASH = PASSWORDS.hashed(RIGHT)


def weak(password: str) -> PasswordWeak | None:
    return weakness(password, account=ACME, email=ANA)


# -- how they are kept


def test_a_password_matches_its_hash_alone() -> None:
    """In every process with the same pepper; no other password does, nor one that differs in letter case."""
    assert Passwords(PEPPER).matches(HASH, RIGHT)
    for wrong in ("", RIGHT + " ", RIGHT.upper(), RIGHT[:-1], HASH):
        assert not PASSWORDS.matches(HASH, wrong)


def test_the_database_alone_is_not_enough_to_try_passwords() -> None:
    """Under another pepper the right password is wrong; and the plain password is not what Argon2 was given."""
    assert not Passwords(bytes(32)).matches(HASH, RIGHT)
    with pytest.raises(Exception, match="does not match"):
        PasswordHasher().verify(HASH, RIGHT)


def test_no_two_hashes_are_alike() -> None:
    """Each has a salt of its own, names how it was made, and holds nothing of the password."""
    other = PASSWORDS.hashed(RIGHT)
    assert other != HASH
    assert HASH.startswith("$argon2id$v=19$m=47104,t=1,p=1$")
    assert RIGHT not in HASH


def test_a_password_is_the_same_on_every_keyboard() -> None:
    """Composed or not, and full-width or not, it is the same text."""
    word = "coração de açaí azul"
    kept = PASSWORDS.hashed(unicodedata.normalize("NFC", word))
    assert PASSWORDS.matches(kept, unicodedata.normalize("NFD", word))


def test_nobody_s_password_is_right_and_costs_the_same() -> None:
    """An empty hash matches nothing, and takes as much of a processor's time as a wrong password does."""

    def cost(hash_: str) -> float:
        began = thread_time()
        assert not PASSWORDS.matches(hash_, "wrong")
        return thread_time() - began

    nobody, wrong = zip(*((cost(""), cost(HASH)) for _ in range(5)), strict=True)
    assert 0.5 < median(nobody) / median(wrong) < 2
    assert not PASSWORDS.matches("", "")


def test_what_is_too_long_is_never_right() -> None:
    """And cannot be hashed, nor can nothing."""
    for text in ("", "a" * (LENGTH_MAX + 1)):
        with pytest.raises(ValueError, match="1 to 256 characters"):
            PASSWORDS.hashed(text)
    assert not PASSWORDS.matches(HASH, "a" * 1_000_000)


def test_what_stands_in_for_others_is_never_right(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the hash that stands in for nobody's, nor the text that stands in for what is too long."""
    monkeypatch.setattr(hashing, "_NOBODY", HASH)
    assert not PASSWORDS.matches("", RIGHT)
    of_nothing = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORDS._keyed(""))
    assert not PASSWORDS.matches(of_nothing, "a" * (LENGTH_MAX + 1))


def test_what_is_no_hash_is_an_error_not_a_no() -> None:
    """A damaged row must not look like a wrong password."""
    with pytest.raises(InvalidHashError):
        PASSWORDS.matches("damaged", RIGHT)


def test_two_are_hashed_at_once_and_others_wait_or_come_back() -> None:
    """Whoever finds no turn in time is told so; a turn that was given back is free again."""
    passwords = Passwords(PEPPER, wait_seconds=0.01)
    entered, leave = Barrier(AT_ONCE_MAX + 1), Event()

    def hold() -> None:
        with passwords._turn():
            entered.wait()
            leave.wait()

    threads = [Thread(target=hold) for _ in range(AT_ONCE_MAX)]
    for thread in threads:
        thread.start()
    entered.wait()
    began = perf_counter()
    with pytest.raises(Busy):
        passwords.matches(HASH, RIGHT)
    with pytest.raises(Busy):
        passwords.hashed(RIGHT)
    assert perf_counter() - began < 5
    leave.set()
    for thread in threads:
        thread.join()
    assert all(passwords.matches(HASH, RIGHT) for _ in range(AT_ONCE_MAX + 1))
    for _ in range(AT_ONCE_MAX + 1):
        assert not passwords.matches(HASH, "wrong")


# -- which are taken


def test_short_and_long_ones_are_not_taken() -> None:
    """Counted in characters as they are compared."""
    assert weak("k7#Qm2x!Lp9") is PasswordWeak.SHORT
    assert weak("k7#Qm2x!Lp9z") is None
    assert weak("é" * 3 + "k7#Qm2x!") is PasswordWeak.SHORT
    assert weak(unicodedata.normalize("NFD", "é" * 3) + "k7#Qm2x!") is PasswordWeak.SHORT
    long = "".join(random.Random(1).choices(string.ascii_letters, k=LENGTH_MAX))
    assert weak(long) is None
    assert weak(long + "a") is PasswordWeak.LONG
    assert weak("ﷺ" * 100) is PasswordWeak.LONG  # each is 18 characters once it is compared


@pytest.mark.parametrize(
    "password", ["ana.souza@lojas.example", "ANA.SOUZA@LOJAS.EXAMPLE", "ana.souza", "acme", "Acme"]
)
def test_names_are_not_taken(password: str) -> None:
    """Neither the e-mail address, nor its first part, nor the account, in whatever letters."""
    assert weak(password) is PasswordWeak.NAME


@pytest.mark.parametrize(
    "password",
    [
        "aaaaaaaaaaaa",
        "123456789012",
        "987654321098",
        "112233445566",
        "742617000027",
        "abcdefghijkl",
        "abcabcabcabc",
        "xk3q7bxk3q7b",
        "qwertyuiop[]",
        "asdfghjklçzx",
        "1q2w3e4r5t6y",
        "qazwsxedcrfv",
        "Password1234!",
        "P4ssw0rd1234",
        "passw0rd1234",
        "senha12345678",
        "Senha@2026acme",
        "contraseña2026",
        "CONTRASEÑA1234",
        "minhasenha123",
        "corinthians2012",
        "Chaveiro2026!",
        "acme20262026",
        "anasouza2026",
        "lojasacme1234",
        "iloveyouforever",
        "trustno1trustno1",
        FULL_WIDTH,
    ],
)
def test_what_is_tried_first_is_not_taken(password: str) -> None:
    """Runs, repeats, rows of the keyboard, common words, years and names, also put together and disguised."""
    assert weak(password) is PasswordWeak.COMMON


@pytest.mark.parametrize(
    "password",
    [
        RIGHT,
        "correct horse battery staple",
        "dragon monkey sunshine princess",
        "el perro azul come pan",
        "k7#Qm2x!Lp9z",
        "tr0ub4dor&3-xy",
        "дельфин под луной",
        "三匹の猫が屋根の上で歌う夜",
    ],
)
def test_what_takes_long_to_guess_is_taken(password: str) -> None:
    """Some words in a row, also common ones, and what a generator makes."""
    assert weak(password) is None


def test_what_a_generator_makes_is_taken() -> None:
    """Twelve characters of its alphabet, always."""
    dice = random.Random(7)
    alphabet = string.ascii_letters + string.digits
    assert all(weak("".join(dice.choices(alphabet, k=LENGTH_MIN))) is None for _ in range(1000))


@given(st.text(max_size=300))
def test_whatever_is_chosen_is_judged(password: str) -> None:
    """Nothing raises."""
    assert weak(password) in {None, *PasswordWeak}


def test_common_words_are_folded() -> None:
    """As passwords are before they are looked for."""
    assert all(word.isascii() and word == word.casefold() and len(word) >= 3 for word in WORDS)
