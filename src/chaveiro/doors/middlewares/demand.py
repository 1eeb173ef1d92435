"""What a view demands by name. The demand stands on the view; whoever judges the request reads it there."""

from __future__ import annotations

from functools import wraps
from inspect import iscoroutinefunction
from typing import TYPE_CHECKING, Any, Final, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from chaveiro.core.attempt import Need

_P = ParamSpec("_P")
_R = TypeVar("_R")

DEMAND: Final = "chaveiro_demand"


class NotJudged(RuntimeError):
    """A view was reached past its guard: whoever installs the one must install the other."""


def demanded(view: object) -> Need | None:
    """What a view demands; None: nothing by name, so that its route is judged."""
    return getattr(view, DEMAND, None)


def demanding(need: Need, judged_by: Callable[..., Need | None]) -> Callable[[Callable[_P, _R]], Callable[_P, _R]]:
    """A decorator that puts a demand on a view. *judged_by* says, of a call's arguments, by which need it was judged.

    INVARIANT: the view runs for no request that was not judged by its own need.
    """

    def confirm(*args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - a view's own arguments
        if judged_by(*args, **kwargs) != need:
            raise NotJudged("a view that demands a resource was reached past Chaveiro's guard")

    def decorator(view: Callable[_P, _R]) -> Callable[_P, _R]:
        if demanded(view) is not None:
            raise ValueError("a view demands one resource")

        @wraps(view)
        async def awaited(*args: _P.args, **kwargs: _P.kwargs) -> Any:  # noqa: ANN401 - whatever the view returns
            confirm(*args, **kwargs)
            return await view(*args, **kwargs)  # type: ignore[misc] # where it is a coroutine function

        @wraps(view)
        def called(*args: _P.args, **kwargs: _P.kwargs) -> _R:
            confirm(*args, **kwargs)
            return view(*args, **kwargs)

        found: Any = awaited if iscoroutinefunction(view) else called
        setattr(found, DEMAND, need)
        return found  # type: ignore[no-any-return] # of the same shape as the view

    return decorator
