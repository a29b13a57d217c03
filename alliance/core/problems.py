"""Why a deed was refused: frozen values, beside which each slice defines its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Annotated, ClassVar, NoReturn, TypeVar

from alliance.core.drafts import Doc

Action = TypeVar("Action", bound=Callable[..., object])
MOST_FAULTS = 100  # of one answer; a form has a tenth of it, and a list of 10,000 wrong codes is no form


def N_(sentence: str) -> str:  # noqa: N802 - gettext's own name, found by the extractor
    """Mark an English sentence for translation where it is written; it is translated where it is shown."""
    return sentence


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Why a deed was refused. `says` is the English sentence, with the fields of the value as placeholders."""

    says: ClassVar[str]

    @property
    def sentence(self) -> str:
        """What is said of this very value: `says`, unless the way out depends on the case."""
        return self.says


@dataclass(frozen=True, kw_only=True)
class NotAllowed(Problem):
    """The caller's role may not do this."""

    says = N_("Your role may not do this. Sign in with an account that may.")


@dataclass(frozen=True, kw_only=True)
class NotSignedIn(Problem):
    """Nobody is signed in."""

    says = N_("Please sign in first: send `Authorization: Bearer <token>`.")


@dataclass(frozen=True, kw_only=True)
class NotFound(Problem):
    """There is no such thing, or it is not for your eyes; the two answers are the same."""

    says = N_("Nothing was found under this id. Check it, or list what you may see.")


@dataclass(frozen=True, kw_only=True)
class Stale(Problem):
    """It is not the version that was sent: somebody may have changed it since it was read."""

    says = N_("This is not the current version: it is now version {current_version}. Read it again and repeat.")
    current_version: Annotated[int, Doc("The version to read and to send next time.")]


@dataclass(frozen=True, kw_only=True)
class KeyReused(Problem):
    """The idempotency key was used before with other input."""

    says = N_("This idempotency key was used with other input. Use a new key for a new deed.")


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing wrong with one field of an input."""

    path: Annotated[str, Doc("The field, as in the input: `headcount`, `windows.0.start`.")]
    says: str
    values: tuple[tuple[str, str | int], ...] = ()


@dataclass(frozen=True, kw_only=True)
class InvalidInput(Problem):
    """The input has faults; all of them are listed."""

    says = N_("Please correct what is marked and send it again.")
    fields: Annotated[tuple[Fault, ...], Doc("Everything that is wrong with the input, in its order; at most 100.")]


class Refused(Exception):
    """Carries a Problem out of a deed; what the deed wrote is rolled back."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(type(problem).__name__)
        self.problem = problem


def refuse(problem: Problem) -> NoReturn:
    """Stop this deed with `problem`."""
    raise Refused(problem)


def refuses(*problems: type[Problem], is_open: bool = False) -> Callable[[Action], Action]:
    """Name beside an action every problem it refuses with; the result unions of the schema are made from it.

    `NotSignedIn` and `NotAllowed` come first by themselves, because an action begins with `allow`; unless it is open
    to everybody, as signing in is.
    """

    def decorate(action: Action) -> Action:
        action.refusals = problems if is_open else (NotSignedIn, NotAllowed, *problems)  # type: ignore[attr-defined]
        return action

    return decorate


def refusals_of(action: Callable[..., object]) -> tuple[type[Problem], ...]:
    """The problems named by `refuses`."""
    named: tuple[type[Problem], ...] = action.refusals  # type: ignore[attr-defined]
    return named


class Faults:
    """Collects everything wrong with one input, then refuses once."""

    def __init__(self) -> None:
        self._found: list[Fault] = []

    def add(self, path: str, says: str, **values: str | int) -> None:
        """Note one fault at the field `path` (camelCase, as the caller wrote it)."""
        self._found.append(Fault(path=path, says=says, values=tuple(values.items())))

    def include(self, path: str, others: Faults) -> None:
        """Note the faults of a part of the input, which stands at `path`."""
        self._found += [replace(fault, path=f"{path}.{fault.path}") for fault in others._found]

    def __bool__(self) -> bool:
        return bool(self._found)

    def all(self) -> tuple[Fault, ...]:
        """What was noted so far, as far as anybody would read."""
        return tuple(self._found[:MOST_FAULTS])

    def without(self, others: Faults) -> Faults:
        """The faults that `others` does not have: what a revision adds to what was wrong already."""
        new = Faults()
        new._found = [fault for fault in self._found if fault not in others._found]
        return new

    def refuse_if_any(self) -> None:
        """Refuses: InvalidInput with every fault noted."""
        if self._found:
            refuse(InvalidInput(fields=self.all()))
