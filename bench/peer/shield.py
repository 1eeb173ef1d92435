"""keyshield: is this key valid, and has it the scope? Keys in memory.

`delivered` is what its documentation shows: Argon2, and a pause of 100 to 300 ms so that nobody learns from time.
`least` has its hasher for tests, which hashes nothing, and no pause: less than anybody would run, a bound from below.
"""

from __future__ import annotations

import asyncio
import sys

from bench.peer.asked import KEYS, serve
from keyshield.domain.errors import InvalidKey
from keyshield.hasher.argon2 import Argon2ApiKeyHasher
from keyshield.hasher.base import MockApiKeyHasher
from keyshield.repositories.in_memory import InMemoryApiKeyRepository
from keyshield.services.base import ApiKeyService

PEPPER = "only for the bench"
FEW = 20  # Argon2 takes its time to make them, too; each is looked for among all


async def _keys(service: ApiKeyService, count: int) -> list[str]:
    return [(await service.create(name="bench", scopes=["orders"]))[1] for _ in range(count)]


def main(kind: str) -> None:
    """Answer, one at a time, as a process would that had one caller."""
    least = kind == "least"
    hasher = MockApiKeyHasher(pepper=PEPPER) if least else Argon2ApiKeyHasher(pepper=PEPPER)
    delays = {"min_delay": 0.0, "max_delay": 0.0} if least else {}
    service = ApiKeyService(repo=InMemoryApiKeyRepository(), hasher=hasher, **delays)
    count = KEYS if least else FEW
    with asyncio.Runner() as runner:
        keys = runner.run(_keys(service, count))

        def verify(number: int) -> bool:
            return bool(runner.run(service.verify_key(keys[number], ["orders"])).is_active)

        try:
            runner.run(service.verify_key(f"{keys[0]}x", ["orders"]))
        except InvalidKey:
            serve(verify, keys=count)


if __name__ == "__main__":
    main(sys.argv[1])
