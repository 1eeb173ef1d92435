"""What an import says. No sentence has room for a value of the file."""

from chaveiro.words.language import N_

# Why a line is left out

ALGORITHM_SLOW = N_(
    "its digest is of a slow kind (bcrypt, argon2, scrypt, PBKDF2), which anybody could have computed again and again: "
    "renew the key instead"
)
ALGORITHM_UNKNOWN = N_("its digest is of no kind that can be verified here, which are: {kinds}")
DIGEST_UNFIT = N_("its digest is not {bytes} bytes in hexadecimal digits or base64")
EXISTS_OTHERWISE = N_("the account has this key already, with another token")
FIELD_TYPE = N_("a field is no text, or `roles` or `networks` is no list of them")
FIELD_UNKNOWN = N_("it has a field that is not known here")
FIELDS_COUNTED = N_("it has more or fewer fields than the head")
KEY_MISSING = N_("it has no appKey")
KEY_SECRET = N_("a token stands in the place of its appKey; whoever reads the file may know it: renew it")
KEY_UNFIT = N_("its appKey is none: 1 to 128 letters, digits and the signs . _ : / + = ~ -")
LABEL_UNFIT = N_("its label is not one line of 1 to 100 characters, or may be a token")
MOMENT_UNFIT = N_("its `{field}` is not a date such as `2027-01-31`")
NETWORK_UNFIT = N_("one of its networks is none such as `203.0.113.0/24`")
NOT_CSV = N_("it is no line of CSV")
NOT_JSON = N_("it is no JSON object")
OWNER_UNFIT = N_("its owner is not one line of 1 to 100 characters, or may be a token")
PAIR_UNFIT = N_(
    "its two values are not a pair of Chaveiro's or VTEX's form: of a token of another form, bring the digest"
)
ROLE_UNKNOWN = N_("one of its roles is none of the account's: name it by its number or its name")
STATE_UNKNOWN = N_("its state is neither `active` nor `inactive`")
TAKEN = N_("another account has, or had, this key")
TOKEN_OR_DIGEST = N_("it needs either an appToken or a digest")
TWICE = N_("the same key stands further up in the file")

# What is said of the whole

CLEAR_TOKENS = N_("The file holds tokens in clear: delete it.")
HEAD_UNKNOWN = N_("The first line of a CSV file names its columns: `appKey`, and any of {fields}.")
IMPORTED = N_("Keys brought into `{account}`: {imported}. There already: {unchanged}. Left out: {left}.")
LINE_TOO_LONG = N_("Line {line} of the file is longer than 64 KiB: it is no file of keys.")
LEFT_OUT = N_("line {line}: {why}")
LEFT_OUT_KEY = N_("line {line}, {key}: {why}")
MORE_LEFT = N_("… and {count} more: `--json` names them all.")
READING = N_("Bringing keys")
UNREADABLE = N_("`{file}` cannot be read ({reason}).")
WOULD_BE_IMPORTED = N_(
    "Nothing was changed. Keys that would be brought into `{account}`: {imported}. There already: {unchanged}. Left "
    "out: {left}."
)
