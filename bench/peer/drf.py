"""djangorestframework-api-key: is this key valid? SHA-512, a row by Django's ORM from SQLite, no permissions."""

from __future__ import annotations

import django
from bench.peer.asked import KEYS, serve
from django.conf import settings
from django.core.management import call_command


def main() -> None:
    """Answer for as many keys as everybody."""
    settings.configure(
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        INSTALLED_APPS=["rest_framework_api_key"],
        USE_TZ=True,
    )
    django.setup()
    call_command("migrate", verbosity=0)
    from rest_framework_api_key.models import APIKey  # noqa: PLC0415 - Django wants to be set up before

    keys = [APIKey.objects.create_key(name="bench")[1] for _ in range(KEYS)]
    assert not APIKey.objects.is_valid(f"{keys[0]}x")
    serve(lambda number: APIKey.objects.is_valid(keys[number]))


if __name__ == "__main__":
    main()
