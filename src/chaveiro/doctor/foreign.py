"""Values that were never ours: other vendors' credentials, placeholders, and masked displays."""

from __future__ import annotations

import re
from typing import Final

VENDORS: Final = (
    ("JWT", re.compile(r"eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]*")),
    ("GitHub", re.compile(r"gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{20,}")),
    ("GitLab", re.compile(r"gl(?:pat|dt|rt|cbt|ptt|soat|ft|oas)-[A-Za-z0-9_.-]{20,}")),
    ("Stripe", re.compile(r"(?:[sr]k|pk)_(?:live|test)_[A-Za-z0-9]{10,}|whsec_[A-Za-z0-9+/=]{20,}")),
    ("AWS", re.compile(r"(?:AKIA|ASIA|AGPA|AIDA|AROA)[A-Z0-9]{16}")),
    ("Slack", re.compile(r"xox[abeoprs]-[A-Za-z0-9-]{10,}|xapp-[A-Za-z0-9-]{10,}")),
    ("Google", re.compile(r"AIza[A-Za-z0-9_-]{35}|ya29\.[A-Za-z0-9._-]{20,}|GOCSPX-[A-Za-z0-9_-]{28}")),
    ("Anthropic", re.compile(r"sk-ant-[A-Za-z0-9_-]{20,}")),
    ("OpenAI", re.compile(r"sk-(?:proj-|svcacct-)?[A-Za-z0-9_-]{20,}")),
    ("SendGrid", re.compile(r"SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}")),
    ("Twilio", re.compile(r"(?:SK|AC)[0-9a-f]{32}")),
    ("npm", re.compile(r"npm_[A-Za-z0-9]{36}")),
    ("PyPI", re.compile(r"pypi-[A-Za-z0-9_-]{50,}")),
    ("Shopify", re.compile(r"shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}")),
    ("Mercado Pago", re.compile(r"(?:APP_USR|TEST)-[0-9a-f-]{20,}")),
    ("Square", re.compile(r"sq0[a-z]{3}-[A-Za-z0-9_-]{22,}|EAAA[A-Za-z0-9_-]{60}")),
    ("DigitalOcean", re.compile(r"do[opr]_v1_[a-f0-9]{64}")),
    ("Hugging Face", re.compile(r"hf_[A-Za-z0-9]{30,}")),
    ("Telegram", re.compile(r"[0-9]{8,10}:[A-Za-z0-9_-]{35}")),
    ("Mailgun", re.compile(r"key-[0-9a-f]{32}")),
    ("UUID", re.compile(r"[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}")),
)
_PRIVATE_KEY = re.compile(r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----")

_WORDS: Final = frozenset(
    {
        "null", "none", "nil", "undefined", "nan", "todo", "tbd", "changeme", "change-me", "replaceme", "replace-me",
        "string", "example", "placeholder", "secret", "token", "key", "value", "test", "dummy", "foo", "bar", "n/a",
        "appkey", "apptoken", "app_key", "app_token", "app-key", "app-token", "apikey", "api_key", "api-key",
        "x-vtex-api-appkey", "x-vtex-api-apptoken", "true", "false", "empty", "undefined-undefined",
    }
)  # fmt: skip
_INSIDE = r"[^{}<>\[\]%\"']{1,60}"
_PLACEHOLDERS: Final = (
    ("[object Object]", re.compile(r"\[object [A-Z][A-Za-z]{2,20}\]")),
    ("{{…}}", re.compile(rf"\{{\{{{_INSIDE}\}}\}}")),
    ("${…}", re.compile(rf"\$\{{\{{?{_INSIDE}\}}?\}}")),
    ("$(…)", re.compile(r"\$\([^()]{1,60}\)")),
    ("{…}", re.compile(rf"\{{{_INSIDE}\}}")),
    ("<…>", re.compile(rf"<{_INSIDE}>")),
    ("[…]", re.compile(r"\[[A-Za-z][A-Za-z _-]{1,60}\]")),
    ("%…%", re.compile(r"%[A-Za-z_][A-Za-z0-9_]{1,60}%")),
    ("$…", re.compile(r"\$(?:env:)?[A-Za-z_][A-Za-z0-9_]{1,60}")),
    ("@…", re.compile(r"@@?[A-Z_]{3,60}@?@?")),
    (
        "your…",
        re.compile(
            r"(?:(?:insert|put|enter|paste|add)[-_ ])?(?:your|my|seu|sua|tu|su)[-_ ]?[A-Za-z][A-Za-z_ -]{2,60}",
            re.IGNORECASE,
        ),
    ),
    ("env", re.compile(r"(?:process\.env|os\.environ|ENV|env)[.\[\"'(][A-Za-z_\"'\])]{2,60}")),
    ("xxx…", re.compile(r"(.)\1{2,}|[xX]{2,}(?:-[xX]{2,})+")),
)  # fmt: skip
_LOOKS_OURS = re.compile(r"cv[kt]_[0-9A-Za-z]{8}|vtexappkey-[a-z0-9]+-[A-Z]{6}|[A-Z]{64}", re.IGNORECASE)
_PLACEHOLDER_MAX = 100

_MASK = re.compile(r"[*•·●∙⋆▪█]{2,}|…|(?<=[0-9A-Za-z])\.{3,}(?=[0-9A-Za-z])|^cv[kt]_\w*\.{3,}|(?<=_)[xX]{4,}")
_UNMASKED = re.compile(r"[0-9A-Za-z_()*•·●∙⋆▪█….-]{1,200}")


def vendor(text: str) -> str | None:
    """Whose credential this is, by its published form."""
    if _PRIVATE_KEY.search(text):
        return "PEM"
    for name, form in VENDORS:
        if form.fullmatch(text):
            return name
    return None


def placeholder(text: str) -> str | None:
    """The form of a placeholder that nobody filled in."""
    text = text.strip()
    if len(text) > _PLACEHOLDER_MAX or _LOOKS_OURS.search(text):
        return None
    bare = text.strip("\"'`").lower()
    if bare in _WORDS:
        return bare
    for name, form in _PLACEHOLDERS:
        if form.fullmatch(text) and (name != "xxx…" or text[0] not in "*•·●∙⋆▪█.…"):
            return name
    return None


def masked(text: str) -> bool:
    """Say whether this is a display that hides its middle."""
    return _UNMASKED.fullmatch(text.strip(" \"'")) is not None and _MASK.search(text) is not None  # the quicker first
