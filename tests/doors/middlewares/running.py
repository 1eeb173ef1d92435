"""Serves the examples of a page as they stand: written into a folder by their names, imported, each on its own port."""

import json
import sys
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path

from tests.doors.middlewares import serving

APPS = {"fastapi_app": serving.asgi, "asgi_app": serving.asgi, "flask_app": serving.wsgi, "wsgi_app": serving.wsgi}


def main(folder: str) -> None:
    """Print the ports as JSON, and answer until standard input ends."""
    sys.path.insert(0, folder)
    with ExitStack() as stack:
        ports = {name: stack.enter_context(serve(import_module(name).app)) for name, serve in APPS.items()}
        from django.core.asgi import get_asgi_application  # noqa: PLC0415 - reads the settings that are written by now
        from django.core.wsgi import get_wsgi_application  # noqa: PLC0415 - likewise

        ports["django_wsgi"] = stack.enter_context(serving.wsgi(get_wsgi_application()))
        ports["django_asgi"] = stack.enter_context(serving.asgi(get_asgi_application()))
        Path(folder, "ports").write_text(json.dumps(ports), "utf-8")
        print("ready", flush=True)  # noqa: T201 - whoever started it waits for this
        sys.stdin.read()


if __name__ == "__main__":
    main(sys.argv[1])
