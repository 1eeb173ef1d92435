"""What every cause is called, what it means and what to do about it. English; `locale/` holds the translations.

`{placeholders}` are the cause's own facts and, where it is about one value, `{field}` and `{header}`. A title holds
no other placeholder, so that it stays the same from denial to denial. No sentence ever holds a presented value.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chaveiro.core.attempt import Field
from chaveiro.core.cause import Cause
from chaveiro.words.language import N_

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Text:
    """A cause in words."""

    title: str  # one short sentence, without a full stop
    detail: str  # what is wrong
    remedy: str  # what to do, at the source


@dataclass(frozen=True, slots=True)
class _Twin:
    """A text of both values. A remedy differs where it matters that only the appKey can be read again."""

    title: str
    detail: str
    remedy: str
    remedy_of_token: str = ""

    def of(self, part: Field) -> Text:
        """The text of one of the values."""
        own = self.remedy_of_token if part is Field.TOKEN else ""
        return Text(self.title, self.detail, own or self.remedy)


_COPY_KEY = N_(
    "Do not correct it by hand. Copy the whole appKey again from the account's list of keys, where it can always be "
    "read, and replace the value wherever it is kept."
)
_COPY_TOKEN = N_(
    "Do not correct it by hand. Paste the whole appToken again from where it was saved when it was issued, and replace "
    "the value wherever it is kept. A token is never shown a second time: if nobody saved it, have the key's token "
    "renewed."
)

_TWINS: Mapping[Cause, _Twin] = {
    # A. presence
    Cause.KEY_MISSING: _Twin(
        N_("The {field} was not sent"),
        N_("The other header of the pair arrived, but {header} did not."),
        N_(
            "Send {header} with every request. If your program does send it, check how the header is spelled, and "
            "whether a proxy or a gateway on the way drops it."
        ),
    ),
    Cause.KEY_DUPLICATED: _Twin(
        N_("The {field} was sent more than once"),
        N_(
            "{header} arrived {count} times. That is refused even when the values are equal, because the next server "
            "might read the other one."
        ),
        N_(
            "Send {header} exactly once. Look for a default header in the HTTP client besides the one of the request, "
            "and for a proxy that adds its own."
        ),
    ),
    Cause.KEY_EMPTY: _Twin(
        N_("The {field} is empty"),
        N_(
            "{header} arrived without a value. As a rule, the variable it is filled from is not set where the program "
            "runs."
        ),
        N_(
            "Set that variable where the program runs (container, job, service), not only in your own terminal, and "
            "restart the program."
        ),
    ),
    Cause.KEY_PLACEHOLDER_VALUE: _Twin(
        N_("The {field} is a placeholder that nobody filled in"),
        N_("{header} holds a placeholder of the form `{pattern}` instead of a value."),
        N_(
            "Put the real value there. If a template or a variable should have been replaced, check that its name is "
            "spelled alike on both sides and that it is set in this environment."
        ),
    ),
    Cause.KEY_MASKED_VALUE: _Twin(
        N_("The {field} is the masked display, not the value"),
        N_("The value holds the dots or asterisks by which a screen hides the middle of a credential."),
        N_("Copy the whole appKey from the account's list of keys: it is public, and never needs to be masked."),
        N_(
            "Use the appToken that was saved when it was issued. No screen shows it whole a second time: if nobody "
            "saved it, have the key's token renewed."
        ),
    ),
    # B. relation
    Cause.KEY_FOREIGN_CREDENTIAL: _Twin(
        N_("The {field} is another kind of credential"),
        N_("The value in {header} has the form of another kind of credential: {vendor}."),
        N_(
            "Put the {field} of this account there. Then revoke the other credential where it was issued and make a "
            "new one: it has been sent to a server that should never have seen it."
        ),
    ),
    Cause.KEY_OTHER_ENVIRONMENT: _Twin(
        N_("The {field} is from another environment"),
        N_("The value starts with `{prefix}`, which is not the prefix of this installation."),
        N_(
            "Use the pair that was issued for this environment, or send the request to the environment that the pair "
            "is from."
        ),
    ),
    # C. shape
    Cause.KEY_OUTER_WHITESPACE: _Twin(
        N_("The {field} has blanks at its start or end"),
        N_("Blank space was sent {positions} ({code_points}). It does not belong to the {field}."),
        N_(
            "Remove the blanks where the value is kept: the secret store, the environment file, the form it was pasted "
            "into. `echo` adds a line break at the end; `printf '%s'` does not."
        ),
    ),
    Cause.KEY_SPACE_INSIDE: _Twin(
        N_("The {field} has a blank inside"),
        N_("There is blank space {positions} ({code_points}). No {field} has any."),
        N_(
            "Remove the blank where the value is kept. It usually comes from an e-mail, a PDF or a chat that wrapped "
            "the line."
        ),
    ),
    Cause.KEY_LINE_BREAK_INSIDE: _Twin(
        N_("The {field} is broken over two lines"),
        N_("There is a line break {positions} ({code_points}). An {field} is one line."),
        N_(
            "Join the lines where the value is kept, with nothing in between. Turn off line wrapping in the tool that "
            "wrote it (`base64 -w 0`, a YAML `>-` block, a mail client)."
        ),
    ),
    Cause.KEY_INVISIBLE_CHARACTERS: _Twin(
        N_("The {field} has characters that cannot be seen"),
        N_("Something that cannot be seen was sent {positions} ({code_points}). It does not belong to the {field}."),
        N_(
            "Copy the value again as plain text. Chats, web pages and word processors add such characters; a file "
            "saved as UTF-8 with a byte order mark has one at its start."
        ),
    ),
    Cause.KEY_SURROUNDING_QUOTES: _Twin(
        N_("The {field} was sent with quotation marks or brackets around it"),
        N_("`{marks}` was sent as part of the value and does not belong to it."),
        N_(
            "Remove the marks where the value is kept. `docker run --env-file` and the `set` of Windows, among others, "
            "take quotation marks literally."
        ),
    ),
    Cause.KEY_SCHEME_PREFIX: _Twin(
        N_("The {field} begins with an authentication scheme"),
        N_("The value begins with `{scheme}`, which belongs in an Authorization header and not in {header}."),
        N_("Send the {field} alone in {header}, with no word before it."),
    ),
    Cause.KEY_LABEL_PREFIX: _Twin(
        N_("The {field} begins with a label"),
        N_(
            "The name of a header, variable or field was pasted together with the value, which itself begins at "
            "position {position}."
        ),
        N_("Keep only what begins at that position, where the value is kept."),
    ),
    Cause.KEY_TRAILING_PUNCTUATION: _Twin(
        N_("The {field} ends with punctuation"),
        N_("`{marks}` was sent at the end of the value and does not belong to it."),
        N_("Remove it where the value is kept. It usually comes from a sentence, a list or a line of code."),
    ),
    Cause.KEY_EXTRA_TEXT: _Twin(
        N_("The {field} was sent with other text"),
        N_("An {field} begins at position {position}; the text around it does not belong to it."),
        N_("Keep the {field} alone, where the value is kept. Part of a file, of a command or of JSON was pasted too."),
    ),
    Cause.KEY_PASTED_TWICE: _Twin(
        N_("The {field} was pasted twice"),
        N_("The value is the same {field} twice in a row."),
        N_("Empty the field or the line where the value is kept, and paste it once."),
    ),
    Cause.KEY_PERCENT_ENCODED: _Twin(
        N_("The {field} was percent-encoded"),
        N_("The value holds sequences such as %20, as they are written in web addresses."),
        N_("Send the value as it is: headers are not encoded. Take out the call that encodes it, or decode it once."),
    ),
    Cause.KEY_ESCAPE_SEQUENCES: _Twin(
        N_("The {field} holds escape sequences"),
        N_("The value holds backslash sequences such as \\n or \\u0041, as they are written in source code and JSON."),
        N_("Read the value with a JSON parser instead of cutting it out of the text, or decode it once."),
    ),
    Cause.KEY_HTML_ENTITIES: _Twin(
        N_("The {field} holds HTML entities"),
        N_("The value holds sequences such as &amp;, as they are written in the source of web pages."),
        N_("Copy the value from the page as it is displayed and not from its source, or decode it once."),
    ),
    Cause.KEY_BASE64_ENCODED: _Twin(
        N_("The {field} was encoded in Base64"),
        N_("The value is the Base64 of an {field}."),
        N_(
            "Decode it once before it is sent. Kubernetes Secrets keep Base64 in `data`: whoever encodes the value "
            "beforehand encodes it twice, so use `stringData`."
        ),
    ),
    Cause.KEY_LOOKALIKE_LETTERS: _Twin(
        N_("The {field} has letters of another alphabet"),
        N_("What looks like an ordinary letter or digit {positions} is another character ({code_points})."),
        _COPY_KEY,
        _COPY_TOKEN,
    ),
    Cause.KEY_LETTER_CASE_CHANGED: _Twin(
        N_("Upper and lower case were changed in the {field}"),
        N_("The letter case is wrong {positions}. Upper and lower case are different characters here."),
        N_(
            "Send the value exactly as it was issued. Take out the call that changes letter case (`upper()`, "
            "`toLowerCase()`), and turn off automatic capitals where it was typed."
        ),
    ),
    Cause.KEY_CONFUSABLE_CHARACTERS: _Twin(
        N_("Characters that look alike were confused in the {field}"),
        N_(
            "What stands {positions} cannot occur there and looks like a character that can: 0 is taken for O, "
            "1 for l or I, v for u."
        ),
        _COPY_KEY,
        _COPY_TOKEN,
    ),
    Cause.KEY_PREFIX_DAMAGED: _Twin(
        N_("The beginning of the {field} is missing or mistyped"),
        N_("The value should begin with `{prefix}`; the rest of it is whole."),
        _COPY_KEY,
        _COPY_TOKEN,
    ),
    Cause.KEY_CHARACTERS_TRANSPOSED: _Twin(
        N_("Two characters of the {field} changed places"),
        N_("The characters {positions} stand in each other's place."),
        _COPY_KEY,
        _COPY_TOKEN,
    ),
    Cause.KEY_ONE_CHARACTER_WRONG: _Twin(
        N_("One character of the {field} is wrong"),
        N_("The character at position {position} is not the one that was issued. All others are right."),
        _COPY_KEY,
        _COPY_TOKEN,
    ),
    Cause.KEY_CHARACTER_MISSING: _Twin(
        N_("One character of the {field} is missing"),
        N_("A character is missing at position {position}. All others are right."),
        _COPY_KEY,
        _COPY_TOKEN,
    ),
    Cause.KEY_CHARACTER_EXTRA: _Twin(
        N_("The {field} has one character too many"),
        N_("The character at position {position} does not belong to the {field}. All others are right."),
        _COPY_KEY,
        _COPY_TOKEN,
    ),
    Cause.KEY_TWO_CHARACTERS_WRONG: _Twin(
        N_("Two characters of the {field} are wrong"),
        N_("The characters {positions} are not the ones that were issued. All others are right."),
        _COPY_KEY,
        _COPY_TOKEN,
    ),
    Cause.KEY_CHARACTERS_MISSING: _Twin(
        N_("Several characters of the {field} are missing"),
        N_("From position {position} on, {count} characters in a row are missing."),
        _COPY_KEY,
        _COPY_TOKEN,
    ),
    Cause.KEY_CHARACTERS_EXTRA: _Twin(
        N_("The {field} has several characters too many"),
        N_("From position {position} on, {count} characters in a row do not belong to the {field}."),
        _COPY_KEY,
        _COPY_TOKEN,
    ),
    Cause.KEY_SEVERAL_CHARACTERS_WRONG: _Twin(
        N_("Several characters of the {field} are wrong"),
        N_("The characters {positions} are not the ones that were issued."),
        _COPY_KEY,
        _COPY_TOKEN,
    ),
    Cause.KEY_TRUNCATED: _Twin(
        N_("The end of the {field} is missing"),
        N_("What arrived has {length}; a whole {field} has {length_expected}. Its beginning is right."),
        N_(
            "Copy the whole appKey again from the account's list of keys. If it is cut again, look for a limit: a "
            "database column, a form field, a fixed buffer."
        ),
        N_(
            "Paste the whole appToken again from where it was saved. If it is cut again, look for a limit: a database "
            "column of 64 characters, a form field, a fixed buffer. If only the cut value is left, have the key's "
            "token renewed."
        ),
    ),
    Cause.KEY_START_MISSING: _Twin(
        N_("The beginning of the {field} is missing"),
        N_("What arrived has {length}; a whole {field} has {length_expected}. Its end is right."),
        _COPY_KEY,
        _COPY_TOKEN,
    ),
    Cause.KEY_MISTYPED_BEYOND_REPAIR: _Twin(
        N_("The {field} is damaged in too many places"),
        N_(
            "The value has {length} and the form of an {field}, but its check characters do not fit, and the errors "
            "are too many to say where they are."
        ),
        _COPY_KEY,
        _COPY_TOKEN,
    ),
    Cause.KEY_UNRECOGNISED: _Twin(
        N_("What was sent as {field} does not look like one"),
        N_("The value in {header} has {length} and none of the forms that an {field} has here."),
        N_(
            "Copy the appKey from the account's list of keys. A user name, an e-mail address, a password or the key's "
            "label does not work in its place."
        ),
        N_(
            "Use the appToken that was shown when the key was issued. A password, a session token or the key's label "
            "does not work in its place."
        ),
    ),
}

_OTHERS: Mapping[Cause, Text] = {
    # A. presence
    Cause.VALUE_OVERSIZED: Text(
        N_("A value is too long to be a credential"),
        N_("The {field} that was sent has {length}. Beyond {length_max} a value is refused unread."),
        N_("Send the value alone in {header}. A whole file, a JSON document or another header was probably put there."),
    ),
    Cause.CREDENTIALS_IN_QUERY: Text(
        N_("A credential was sent in the web address"),
        N_(
            "The request carries a credential in its query, as `{carrier}`. Addresses end up in logs and histories, so "
            "credentials are not accepted there."
        ),
        N_(
            "Take it out of the address and send the headers X-VTEX-API-AppKey and X-VTEX-API-AppToken. Then have the "
            "key's token renewed: whoever reads those logs may know it."
        ),
    ),
    Cause.WRONG_HEADER_NAME: Text(
        N_("A value of the pair came in a header of another name"),
        N_("The header `{carrier}` carries it. It is read from `{expected}` alone."),
        N_(
            "Rename the header to `{expected}`, with hyphens. Names with underscores are dropped by many servers, "
            "nginx and Apache among them."
        ),
    ),
    Cause.CREDENTIALS_MISSING: Text(
        N_("No appKey and no appToken were sent"),
        N_("Neither X-VTEX-API-AppKey nor X-VTEX-API-AppToken arrived with the request."),
        N_(
            "Send both headers with every request. If your program does send them, look at what lies between: a proxy "
            "or a gateway may drop what it does not know."
        ),
    ),
    # B. relation
    Cause.FIELDS_SWAPPED: Text(
        N_("appKey and appToken are swapped"),
        N_("X-VTEX-API-AppKey holds an appToken, and X-VTEX-API-AppToken holds an appKey."),
        N_(
            "Exchange the two values. An appKey is public and may be logged on the way: if others can read those logs, "
            "have the key's token renewed."
        ),
    ),
    Cause.TOKEN_IN_BOTH_FIELDS: Text(
        N_("Both values are appTokens"),
        N_("X-VTEX-API-AppToken holds an appToken, and X-VTEX-API-AppKey holds one as well."),
        N_(
            "Put the appKey in X-VTEX-API-AppKey: it is public and stands in the account's list of keys. If others can "
            "read the logs on the way, have the key's token renewed."
        ),
    ),
    Cause.KEY_IN_BOTH_FIELDS: Text(
        N_("Both values are appKeys"),
        N_("X-VTEX-API-AppKey holds an appKey, and X-VTEX-API-AppToken holds one as well."),
        N_(
            "Put the appToken in X-VTEX-API-AppToken: the secret value that was shown once, when the key was issued. "
            "If nobody saved it, have the key's token renewed."
        ),
    ),
    Cause.TOKEN_IN_KEY_FIELD: Text(
        N_("An appToken was sent as appKey"),
        N_("X-VTEX-API-AppKey holds an appToken."),
        N_(
            "Put the appKey there, which stands in the account's list of keys, and the appToken in "
            "X-VTEX-API-AppToken. If others can read the logs on the way, have the key's token renewed."
        ),
    ),
    Cause.KEY_IN_TOKEN_FIELD: Text(
        N_("An appKey was sent as appToken"),
        N_("X-VTEX-API-AppToken holds an appKey."),
        N_(
            "Put the appToken there: the secret value that was shown once, when the key was issued. If nobody saved "
            "it, have the key's token renewed."
        ),
    ),
    Cause.KEY_AND_TOKEN_JOINED: Text(
        N_("appKey and appToken were sent as one value"),
        N_("{header} holds both values of the pair in one text."),
        N_("Split them: the appKey alone in X-VTEX-API-AppKey, the appToken alone in X-VTEX-API-AppToken."),
    ),
    # C. shape
    Cause.PAIR_MISMATCH: Text(
        N_("appKey and appToken are of different pairs"),
        N_("Each value is whole, but the appToken was issued for another appKey."),
        N_(
            "Use the two values that were issued together. When several pairs are kept, give each its own name, such "
            "as ORDERS_APP_KEY and ORDERS_APP_TOKEN."
        ),
    ),
    Cause.USER_TOKEN_INVALID: Text(
        N_("The user token is not one of ours"),
        N_(
            "VtexIdclientAutCookie carries no user token that this installation signed, or more than one of them. A "
            "token of another installation, of VTEX itself or one that was changed on its way is none."
        ),
        N_(
            "Log in here with the pair and send the token that comes back unchanged, or send the pair itself in its "
            "two headers."
        ),
    ),
    Cause.USER_TOKEN_EXPIRED: Text(
        N_("The user token has expired"),
        N_("The token in VtexIdclientAutCookie is one of ours, and ended on {at}."),
        N_(
            "Log in again with the pair and use the new token. A program should ask for a new one before the old one "
            "ends: the answer to the login says when that is."
        ),
    ),
    # D. identity
    Cause.CREDENTIALS_INVALID: Text(
        N_("This appKey and appToken are not valid here"),
        N_(
            "The request was refused because the two values, as they were sent, do not open this account. Which of "
            "them is the reason is told only to whoever keeps the account's keys."
        ),
        N_(
            "Check in this order: that both values are of the same pair and pasted whole; that the request goes to the "
            "account and environment the pair was issued for; that it is the newest appToken, as a renewal retires the "
            "one before; that the key still exists. Whoever keeps the account's keys can see the exact cause by the "
            "id of this denial: send them that id, and never the token."
        ),
    ),
    Cause.KEY_DELETED: Text(
        N_("The key was deleted"),
        N_("The key with this appKey was deleted on {at} by {by}."),
        N_(
            "A deleted key does not come back. If the integration is still needed, issue a new pair, link it to the "
            "roles it needs and deploy both values."
        ),
    ),
    Cause.KEY_UNKNOWN: Text(
        N_("The account has no key with this appKey"),
        N_("The appKey is well-formed, but it was never issued or registered in this account."),
        N_(
            "Compare it with the account's list of keys. If the pair is of another account or environment, correct the "
            "address of the request or the pair; otherwise issue a pair here."
        ),
    ),
    Cause.KEY_RECORD_DAMAGED: Text(
        N_("The key's record in the database is damaged"),
        N_(
            "The account has a key with this appKey, but what the database holds of it is not what Chaveiro wrote: it "
            "was changed past Chaveiro, or damaged. Nobody can tell what it was, so the key is refused."
        ),
        N_(
            "Tell whoever runs this installation: restoring a backup brings the key back, and they must find out who "
            "writes to the database. If the integration cannot wait, issue a new pair, link it to the roles it needs "
            "and deploy both values."
        ),
    ),
    Cause.TOKEN_ROTATED: Text(
        N_("The appToken was replaced in a renewal"),
        N_("What was sent is a former appToken of this key. It was retired on {at} by {by}."),
        N_(
            "Put the current appToken everywhere the integration runs, on every machine and in every scheduled job. If "
            "it was not saved, renew the token again."
        ),
    ),
    Cause.TOKEN_OF_ANOTHER_KEY: Text(
        N_("The appToken belongs to another key of this account"),
        N_("What was sent is the appToken of the key {other_key}."),
        N_("Use appKey and appToken of one pair: either send {other_key} as appKey, or the appToken of this key."),
    ),
    Cause.TOKEN_NEVER_ISSUED: Text(
        N_("This appToken was never issued in this account"),
        N_("The appToken is well-formed, but it is not, and never was, the one of any key of this account."),
        N_(
            "Find out where the integration takes it from: probably another installation or environment. If the right "
            "one cannot be found, renew the key's token and deploy it. If none of your programs sends it, somebody is "
            "trying out tokens: restrict the key to its networks."
        ),
    ),
    Cause.REGISTERED_TOKEN_SUSPECT: Text(
        N_("The appToken on record is probably wrong"),
        N_(
            "The same well-formed appToken is sent every time, while the one that was typed in when the pair was "
            "registered has never worked. The error is probably on record, not in the request."
        ),
        N_("Register the pair again, and paste both values instead of typing them."),
    ),
    Cause.REGISTERED_PAIR_SWAPPED: Text(
        N_("The pair was registered the wrong way round"),
        N_("What is on record as the appKey has the form of an appToken."),
        N_(
            "Delete this key. Renew the token where the pair was made, as it was shown here as if it were public. Then "
            "register the pair again: the appKey in the field Email, the appToken in the field Full name."
        ),
    ),
    Cause.TOKEN_UNVERIFIABLE: Text(
        N_("The appToken is wrong, and nobody can know in what way"),
        N_(
            "It does not match the key. Tokens of this format have no check characters, so a typing error cannot be "
            "told from a different token."
        ),
        N_(
            "Paste the appToken again from where it was saved when it was issued. If it is refused again, renew the "
            "key's token and deploy the new one."
        ),
    ),
    # E. lifecycle
    Cause.WRONG_ACCOUNT: Text(
        N_("The pair belongs to another account"),
        N_("appKey and appToken are right, but they are of the account {home}."),
        N_("Send the request to the address of {home}, or issue a pair in this account."),
    ),
    Cause.USER_TOKEN_ENDED: Text(
        N_("Whom the user token was given to is gone"),
        N_(
            "The token in VtexIdclientAutCookie is one of ours, but its key or user was removed, or the appToken that "
            "it was given for has been replaced."
        ),
        N_("Log in again with the pair as it is now, or ask whoever keeps the account's keys for access."),
    ),
    Cause.ACCOUNT_SUSPENDED: Text(
        N_("The account is suspended"),
        N_("appKey and appToken are right, but every key of the account has been refused since {at}."),
        N_("Ask the operator of this installation to resume the account. Nothing needs to change in the integration."),
    ),
    Cause.KEY_BLOCKED: Text(
        N_("The key is blocked"),
        N_("appKey and appToken are right, but the key was blocked on {at}, because others may know its token."),
        N_(
            "Renew the key's token, deploy the new one, and only then activate the key. That takes the permission "
            "License Manager/EditApiKeys. Do not go on using the old token anywhere."
        ),
    ),
    Cause.KEY_INACTIVE: Text(
        N_("The key is inactive"),
        N_("appKey and appToken are right, but the key was deactivated on {at}."),
        N_(
            "Have the key activated by whoever keeps the account's keys (permission License Manager/EditApiKeys). "
            "Nothing needs to change in the integration."
        ),
    ),
    Cause.KEY_EXPIRED: Text(
        N_("The key has expired"),
        N_("appKey and appToken are right, but the key was valid only until {at}."),
        N_(
            "Have a new pair issued and linked to the same roles (permission License Manager/EditApiKeys), and deploy "
            "both values."
        ),
    ),
    Cause.KEY_NOT_YET_VALID: Text(
        N_("The key is not valid yet"),
        N_("appKey and appToken are right, but the key is valid only from {at}."),
        N_("Wait until then, or have a pair issued that is valid at once (permission License Manager/EditApiKeys)."),
    ),
    # F. context
    Cause.INSECURE_TRANSPORT: Text(
        N_("The request came over plain HTTP"),
        N_("appKey and appToken are right, but this account accepts them over HTTPS alone."),
        N_(
            "Change the address to https://. Then have the key's token renewed: this request carried it through the "
            "network in clear text."
        ),
    ),
    Cause.IP_NOT_ALLOWED: Text(
        N_("The key may not be used from this address"),
        N_(
            "appKey and appToken are right, but the key works from certain networks alone, and the request came from "
            "{address}."
        ),
        N_(
            "Send the request from an allowed network, or have this one allowed for the key (permission License "
            "Manager/EditApiKeys). If that is not your address, a proxy stands in between and does not pass yours on."
        ),
    ),
    Cause.RATE_LIMITED: Text(
        N_("Too many requests"),
        N_("More requests arrived than are accepted in this time."),
        N_("Wait {retry_after} before the next one. If it happens again, look for a loop that retries without pause."),
    ),
    # G. authorization
    Cause.NO_ROLE_LINKED: Text(
        N_("The key is not linked to any role"),
        N_(
            "appKey and appToken are right. A new key can do nothing until it is linked to a role, and this one is not."
        ),
        N_(
            "Have the key linked to a role that gives what the integration does, and no more. The sponsor user can do "
            "that, and everyone with the permission License Manager/EditApiKeys."
        ),
    ),
    Cause.ROLE_DELETED: Text(
        N_("The role that would have allowed this was deleted"),
        N_(
            "The request needs {required}. The key is still linked to the role {role}, which gave that until it was "
            "deleted on {at} by {by}."
        ),
        N_("Link the key to another role that gives {required}, or create one. Then remove the dead link."),
    ),
    Cause.ROLE_LINK_EXPIRED: Text(
        N_("The link to the role that would have allowed this has ended"),
        N_("The request needs {required}. The role {role} gives that, but the key was linked to it only until {at}."),
        N_("Link the key to the role {role} again, with a later end or none."),
    ),
    Cause.ROLE_OF_ANOTHER_ACCOUNT: Text(
        N_("The role that would have allowed this is of another account"),
        N_("The request needs {required}. The role {role} gives that, but only in the account {home}."),
        N_("Link the key to a role of this account that gives {required}."),
    ),
    Cause.ROLE_EMPTY: Text(
        N_("The key's role gives no permission at all"),
        N_("The request needs {required}. The key is linked to the role {role}, which holds no resource."),
        N_("Add {required} to the role {role}, or link the key to a role that already gives it."),
    ),
    Cause.PATH_AMBIGUOUS: Text(
        N_("The path of the request can be read in two ways"),
        N_(
            "It contains `{part}`. A gateway and the program behind it may disagree about what that means, so it is "
            "refused instead of guessed."
        ),
        N_("Send the plain path: one slash between parts, no dot segments, no encoded slash, no semicolon."),
    ),
    Cause.ROUTE_NOT_MAPPED: Text(
        N_("No permission is defined for this path"),
        N_("The account's catalogue has no entry for `{method} {path}`, and what is not in the catalogue is refused."),
        N_(
            "Check the path for typing errors. If it is right, have it added to the account's catalogue, with the "
            "resources it needs."
        ),
    ),
    Cause.METHOD_NOT_MAPPED: Text(
        N_("No permission is defined for this method on this path"),
        N_("The account's catalogue has `{path}`, for {methods} and not for `{method}`."),
        N_(
            "Use one of those methods. If `{method}` is right, have it added to the account's catalogue, with the "
            "resources it needs."
        ),
    ),
    Cause.PERMISSION_NAME_MISMATCH: Text(
        N_("The key has a permission of nearly the required name"),
        N_("The request needs {required}. The key has {granted}, which is spelled differently and so is another one."),
        N_("Replace {granted} by {required} in the role, or correct the name in the account's catalogue."),
    ),
    Cause.PERMISSION_MISSING_RESOURCE: Text(
        N_("The key lacks the permission for this request"),
        N_("appKey and appToken are right. The request needs {required}, and no role in force gives the key that."),
        N_(
            "Have the key linked to a role that gives {required}, or have that added to a role the key holds. Adding "
            "it to a role gives it to everyone who holds that role."
        ),
    ),
    Cause.GRANT_NOT_PROPAGATED: Text(
        N_("The permission was just given and is not in force here yet"),
        N_("The request needs {required}. The key has it, but this node had not heard of it when it answered."),
        N_("Try again in {retry_after}. If it lasts, look at the state of this node."),
    ),
    # H. not our denial
    Cause.AUTHORIZATION_UNAVAILABLE: Text(
        N_("Nobody can say now whether this is allowed"),
        N_(
            "The authorization service cannot be reached or does not trust its own data. Your credentials may be right."
        ),
        N_("Try again after a pause that grows with each try. Do not change the credentials because of this."),
    ),
    Cause.UPSTREAM_DENIED: Text(
        N_("The refusal did not come from here"),
        N_("This request was allowed here. The application behind the gateway refused it."),
        N_("Look for the reason in the log of that application."),
    ),
    Cause.FIXED_SINCE: Text(
        N_("This would be allowed now"),
        N_("The request was refused then; the change that allows it was made on {at}."),
        N_("Nothing is left to do: send the request again."),
    ),
    Cause.UNKNOWN_CAUSE: Text(
        N_("The cause of this refusal could not be found"),
        N_("The request was refused, and none of the known causes explains it."),
        N_("Report this with the id of the denial, and never with the token: it is a gap in Chaveiro."),
    ),
}

TEXTS: Mapping[Cause, Text] = {
    cause: _OTHERS[cause] if cause in _OTHERS else _TWINS[cause.of(Field.KEY)].of(cause.field or Field.KEY)
    for cause in Cause
}
