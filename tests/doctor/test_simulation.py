"""What if: the same `decide()` on what `plan` and `after` make. What is announced is what happens when it is done."""

from dataclasses import replace
from itertools import combinations
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.worlds import ACME, CANCEL, ERP, LIST, NOW, SPONSOR, TOKEN, Story, attempt, issue, working
from tests.doctor.test_episode import denial, episode

from chaveiro.catalogue import read_toml
from chaveiro.core.attempt import Match, Need, Needed, NoRoute
from chaveiro.core.cause import Cause
from chaveiro.core.command import (
    CreateRole,
    DeactivateKey,
    DeleteRole,
    EditRole,
    GrantToKey,
    Reason,
    Refusal,
    WithdrawFromKey,
)
from chaveiro.core.decision import Allowed, Denied, decide
from chaveiro.core.denial import Use
from chaveiro.core.keyring import Keyring, Role
from chaveiro.core.names import AppKey, Moment, Resource, RoleId
from chaveiro.doctor.covering import EXACT_MAX, cover
from chaveiro.doctor.simulation import Wish, missing, previewed, rerouted, simulate
from chaveiro.doctor.unused import OverGranted, over_granted

AT = Moment(NOW + 1000)
RESOURCES = [Resource("OMS", f"R{n}") for n in range(7)]
SOME = st.sets(st.sampled_from(RESOURCES), min_size=1, max_size=4).map(frozenset)
NEEDS = st.builds(
    lambda resources, match: Need(tuple(sorted(resources)), match),
    st.sets(st.sampled_from(RESOURCES), min_size=1, max_size=3),
    st.sampled_from(Match),
)


def story_of(roles: list[frozenset[Resource]], linked: set[int]) -> Story:
    """A key linked to some of these roles."""
    story = Story(issue())
    for number, resources in enumerate(roles, 1):
        story.do(CreateRole(ACME, f"role {number}", resources))
        if number in linked:
            story.do(GrantToKey(ACME, RoleId(number), ERP))
    return story


def wishes(*needs: Need) -> list[Wish]:
    return [Wish(f"GET /{number}", need) for number, need in enumerate(needs)]


class TestCommands:
    @settings(max_examples=300, deadline=None)
    @given(
        roles=st.lists(SOME, max_size=6),
        linked=st.sets(st.integers(1, 6)),
        needs=st.lists(NEEDS, min_size=1, max_size=4),
        inactive=st.booleans(),
    )
    def test_done_as_announced_it_ends_as_announced(
        self, *, roles: list[frozenset[Resource]], linked: set[int], needs: list[Need], inactive: bool
    ) -> None:
        """Carried out for real and asked with the real token: allowed, or stopped by the obstacle that was told."""
        story = story_of(roles, linked)
        if inactive:
            story.do(DeactivateKey(ACME, ERP, "spring clean"))
        found = simulate(story.keyring, story.key, wishes(*needs), AT)
        for command in found.commands:
            story.do(command)
        for one, need in zip(found.outcomes, needs, strict=True):
            real = decide(story.keyring, attempt(wanted=need, at=AT))
            assert type(one.then) is type(real)
            if isinstance(one.then, Denied) and isinstance(real, Denied):
                assert one.then.cause is real.cause is Cause.KEY_INACTIVE
            else:
                assert not inactive

    @settings(max_examples=200, deadline=None)
    @given(st.lists(SOME, max_size=6), st.sets(st.integers(1, 6)), NEEDS)
    def test_every_role_that_is_enough_alone_is_enough(
        self, roles: list[frozenset[Resource]], linked: set[int], need: Need
    ) -> None:
        """Each is tried by linking it for real."""
        story = story_of(roles, linked)
        for one in simulate(story.keyring, story.key, wishes(need), AT).alone:
            tried = story_of(roles, linked)
            tried.do(GrantToKey(ACME, one.role.id, ERP))
            assert isinstance(decide(tried.keyring, attempt(wanted=need, at=AT)), Allowed)

    def test_what_is_allowed_already_needs_nothing(self) -> None:
        """No command, and both decisions are allows."""
        story = working()
        found = simulate(story.keyring, story.key, wishes(Need((LIST,))), AT)
        assert (found.commands, found.cover, found.lacking, found.alone) == ((), None, frozenset(), ())
        assert all(isinstance(one.now, Allowed) and isinstance(one.then, Allowed) for one in found.outcomes)

    def test_where_no_roles_are_enough_one_is_made_with_exactly_what_is_missing(self) -> None:
        """All of it, not one permission at a time."""
        story = working()
        found = simulate(story.keyring, story.key, wishes(Need((LIST,)), Need((CANCEL, *RESOURCES[:2]), Match.ALL)), AT)
        assert found.cover is None
        assert isinstance(found.commands[0], CreateRole)
        assert found.commands[0].resources == found.lacking == frozenset({CANCEL, *RESOURCES[:2]})

    def test_what_no_role_can_mend_stays_denied(self) -> None:
        """A route that the catalogue does not know."""
        story = working()
        (one,) = simulate(story.keyring, story.key, [Wish("GET /x", NoRoute("GET", "/x"))], AT).outcomes
        assert isinstance(one.then, Denied)
        assert one.then.cause is Cause.ROUTE_NOT_MAPPED


class TestCover:
    @settings(max_examples=300, deadline=None)
    @given(
        st.lists(SOME, max_size=6),
        st.lists(NEEDS, min_size=1, max_size=4),
        st.sets(st.sampled_from(RESOURCES), max_size=2),
    )
    def test_no_other_combination_gives_less_besides(
        self, roles: list[frozenset[Resource]], needs: list[Need], held: set[Resource]
    ) -> None:
        """Compared with every combination, one after the other."""
        made = [Role(RoleId(n), str(n), resources) for n, resources in enumerate(roles, 1)]
        kept = frozenset(held)
        found = cover(made, needs, kept)
        asked = {resource for need in needs if not need.met_by(kept) for resource in need.resources}
        costs = []
        for count in range(len(made) + 1):
            for some in combinations(made, count):
                given_ = frozenset[Resource]().union(*(role.resources for role in some))
                if all(need.met_by(kept | given_) for need in needs):
                    costs.append(len(given_ - kept - asked))
        assert (found.excess if found else None) == min(costs, default=None)
        assert found is None or found.exact

    def test_beyond_the_bound_it_is_greedy_and_says_so(self) -> None:
        """Still enough, without a needless role, in a moment."""
        rng = Random(1)
        pool = [Resource("OMS", f"R{n}") for n in range(60)]
        roles = [Role(RoleId(n), str(n), frozenset(rng.sample(pool, 6))) for n in range(1, 120)]
        needs = [Need(tuple(rng.sample(pool, 2)), match) for match in (Match.ALL, Match.ANY) for _ in range(8)]
        found = cover(roles, needs, frozenset())
        assert found is not None
        assert not found.exact

        def enough(some: tuple[Role, ...]) -> bool:
            given_ = frozenset[Resource]().union(*(role.resources for role in some))
            return all(need.met_by(given_) for need in needs)

        assert enough(found.roles)
        assert not any(enough(tuple(one for one in found.roles if one is not left)) for left in found.roles)

    def test_the_largest_exact_search_takes_a_moment(self) -> None:
        """Sixteen relevant roles: all 65,536 combinations."""
        roles = [Role(RoleId(n), str(n), frozenset(RESOURCES[n % 7 : n % 7 + 2])) for n in range(1, EXACT_MAX + 1)]
        found = cover(roles, [Need(tuple(RESOURCES), Match.ALL)], frozenset())
        assert found is not None
        assert (found.exact, found.excess) == (True, 0)


class TestMissing:
    def test_it_is_the_whole_set_of_the_last_days(self) -> None:
        """Of this key, of permissions, lately, still lacking; from episodes and from single denials."""
        story = working()
        need = Need((CANCEL,))
        lately = replace(denial(story), wanted=need, route="POST /cancel")
        shared = replace(denial(story, 2), wanted=Need((RESOURCES[0],)), route="GET /r0")
        others = [
            replace(lately, app_key=AppKey("other"), route="GET /other"),
            replace(lately, at=Moment(NOW - 9), route="GET /old"),
            replace(lately, wanted=Need((LIST,)), route="GET /granted"),
            replace(lately, wanted=NoRoute("GET", "/x"), route=""),
        ]
        found = missing(story.keyring, story.key, [episode(lately)], [shared, *others], since=NOW, at=AT)
        assert found == (Wish("GET /r0", shared.wanted), Wish("POST /cancel", need))


class TestPreview:
    def test_who_would_lose_what_they_used(self) -> None:
        """Counted from one key and one route on; what was not used lately, or is given by another role, is no loss."""
        other = AppKey("cvk_00000000000000003h0qnt")
        story = working()
        story.do(issue(other))
        story.do(GrantToKey(ACME, RoleId(1), other))
        story.do(CreateRole(ACME, "Também", frozenset({LIST})))
        story.do(GrantToKey(ACME, RoleId(2), other))
        uses = [
            Use(ACME, ERP, "GET /a", Need((LIST,)), AT, 3),
            Use(ACME, ERP, "GET /old", Need((LIST,)), Moment(NOW - 9), 3),
            Use(ACME, ERP, "GET /never", Need((CANCEL,)), AT, 1),
            Use(ACME, other, "GET /a", Need((LIST,)), AT, 5),
            Use(ACME, AppKey("gone"), "GET /a", Need((LIST,)), AT, 5),
        ]
        for command in (DeleteRole(ACME, RoleId(1)), EditRole(ACME, RoleId(1), remove=frozenset({LIST}))):
            found = previewed(story.keyring, command, uses, by=SPONSOR, since=NOW, at=AT)
            assert [(loss.app_key, loss.uses) for loss in found.losses] == [(ERP, (uses[0],))]
        harmless = EditRole(ACME, RoleId(1), add=frozenset({CANCEL}))
        assert previewed(story.keyring, harmless, uses, by=SPONSOR, since=NOW, at=AT).losses == ()

    def test_an_edit_that_would_be_refused_is_told_as_refused(self) -> None:
        """By `plan`, as ever."""
        found = previewed(working().keyring, DeleteRole(ACME, RoleId(9)), [], by=SPONSOR, since=NOW, at=AT)
        assert found.refusal == Refusal(Reason.ROLE_UNKNOWN, {"role": "9"})

    @settings(max_examples=150, deadline=None)
    @given(st.lists(SOME, min_size=1, max_size=4), st.sets(st.integers(1, 4)), st.lists(NEEDS, max_size=5))
    def test_exactly_what_is_announced_is_lost(
        self, roles: list[frozenset[Resource]], linked: set[int], needs: list[Need]
    ) -> None:
        """The role is deleted for real, and every use tried before and after."""
        story = story_of(roles, linked)
        uses = [Use(ACME, ERP, f"GET /{n}", need, AT, 1) for n, need in enumerate(needs)]
        command = DeleteRole(ACME, RoleId(1))
        found = previewed(story.keyring, command, uses, by=SPONSOR, since=NOW, at=AT)

        def allowed(keyring: Keyring, need: Needed) -> bool:
            return isinstance(decide(keyring, attempt(TOKEN, wanted=need, at=AT)), Allowed)

        before = story.keyring
        story.do(command)
        lost = [use for use in uses if allowed(before, use.need) and not allowed(story.keyring, use.need)]
        assert [use for loss in found.losses for use in loss.uses] == lost


class TestOverGranted:
    def test_what_was_not_used_for_so_long_is_listed(self) -> None:
        """Roles linked lately are left alone, and so is what an any-of route may have been used by."""
        later = Moment(NOW + 100 * 86_400)
        story = Story(issue(), CreateRole(ACME, "Muito", frozenset(RESOURCES)), GrantToKey(ACME, RoleId(1), ERP))
        story.do(CreateRole(ACME, "Parado", frozenset({CANCEL})))
        story.do(GrantToKey(ACME, RoleId(2), ERP))
        story.do(CreateRole(ACME, "Novo", frozenset({LIST, RESOURCES[6]})))
        story.at = Moment(later - 5 * 86_400)
        story.do(GrantToKey(ACME, RoleId(3), ERP))
        uses = [
            Use(ACME, ERP, "GET /a", Need(tuple(RESOURCES[:2])), Moment(later - 86_400), 3),
            Use(ACME, ERP, "GET /b", Need((RESOURCES[2],)), Moment(later - 60 * 86_400), 3),
        ]
        assert over_granted(story.keyring, uses, later, days=30) == (
            OverGranted(ERP, frozenset({*RESOURCES[2:6], CANCEL}), frozenset(RESOURCES[:2]), (RoleId(2),)),
        )
        assert over_granted(story.keyring, uses, later, days=200) == ()

    @pytest.mark.parametrize("days", [1, 30])
    def test_a_key_without_roles_is_not_over_granted(self, days: int) -> None:
        """It is given nothing."""
        story = working()
        story.do(WithdrawFromKey(ACME, RoleId(1), ERP))
        assert over_granted(story.keyring, [], Moment(NOW + 99 * 86_400), days=days) == ()


class TestAnotherCatalogue:
    """What keys did is read by another catalogue, by the same `decide()`."""

    @staticmethod
    def lost(text: str, *, last: Moment = NOW, roles: int = 1) -> list[str]:
        story = story_of([frozenset({LIST}), frozenset({CANCEL})], set(range(1, roles + 1)))
        uses = [
            Use(ACME, ERP, "GET /orders/{id}", Need((LIST,)), last, 3),
            Use(ACME, ERP, "OMS/ListOrders", Need((LIST,)), last, 3),
            Use(ACME, ERP, "POST /never", Need((CANCEL,)), last, 3),
        ]
        found = rerouted(story.keyring, read_toml(text), uses, since=Moment(NOW - 1), at=AT)
        return [use.route for loss in found for use in loss.uses]

    def test_what_needs_the_same_is_not_lost(self) -> None:
        """However its parameters are called, and whatever else is there."""
        same = '[[route]]\nmethod = "GET"\npath = "/orders/{orderId}"\nany_of = ["OMS/ListOrders"]\n'
        assert self.lost(same) == []
        assert self.lost(same.replace('any_of = ["OMS/ListOrders"]', 'open_to = "every linked key"')) == []

    @pytest.mark.parametrize(
        "text",
        [
            '[[route]]\nmethod = "GET"\npath = "/orders/{id}"\nany_of = ["OMS/Other"]\n',
            '[[route]]\nmethod = "GET"\npath = "/orders/{id}"\nundecided = "nobody knows"\n',
            '[[route]]\nmethod = "POST"\npath = "/orders/{id}"\nany_of = ["OMS/ListOrders"]\n',
            '[[route]]\nmethod = "GET"\npath = "/pedidos"\nany_of = ["OMS/ListOrders"]\n',
        ],
    )
    def test_what_needs_something_else_is_lost(self, text: str) -> None:
        """Another need, none that is known, another method, no route at all; what was refused already is no loss."""
        assert self.lost(text) == ["GET /orders/{id}"]
        assert self.lost(text, last=Moment(NOW - 2)) == []
