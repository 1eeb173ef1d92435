"""What the doctor says besides the causes' own words."""

from chaveiro.words.language import N_

# Where a pair was read

FROM_OPTIONS = N_("Read from the options")
FROM_ENVIRONMENT = N_("Read from the environment")
FROM_PROMPT = N_("Read as it was typed")

# What was found

BELONG_TOGETHER = N_("The two belong together: the appToken names this appKey.")
CANNOT_SEE = N_(
    "Nobody can see offline whether the key exists, is active, has not been renewed since, and holds a role that "
    "gives what you ask for: `--url` asks a server, and `chaveiro check` decides here."
)
CORRECTED = N_("This is the pair after the least repair. It is shown because you asked for it:")
NO_CHECK_PART = N_(
    "Values of VTEX's shape have no check characters: a mistyped letter, or a pair of two different keys, cannot be "
    "seen without asking."
)
NOT_REPAIRED = N_("There is no repair to show: the values cannot be put right from what was sent.")
NOT_GIVEN = N_("not given")
PAIR = N_("Pair")
PAIR_SOUND = N_("Nothing is wrong with this pair as far as its own characters tell.")
PAIR_WRONG = N_("This pair cannot work as it is.")
SHAPE_NATIVE = N_("Chaveiro's format")
SHAPE_VTEX = N_("VTEX's shape")
WHOLE = N_("whole")
WRONG = N_("not right")

# A server's answer

ANSWER = N_("The server's answer")
ANSWER_ACCEPTED = N_(
    "The server answered {status}: it let this pair through, unless this address lets everybody through."
)
ANSWER_ACCEPTED_DAMAGED = N_(
    "The server answered {status} although the pair is damaged: it did not check the pair for this address, or puts "
    "right what it gets. Mend the pair nevertheless."
)
ANSWER_CAUSE = N_("The server answered {status} and says why: {title} (`{cause}`).")
ANSWER_CREDENTIALS = N_("The server answered {status}, as VTEX does when it takes the pair for wrong or missing.")
ANSWER_INVALID_ADDS = N_(
    "The form of both values is right. So the key is unknown there or deleted, the token was renewed, or the pair is "
    "of another account or environment: look at the host of the address, then ask whoever keeps the account's keys."
)
ANSWER_NOT_ENABLED = N_("The server answered {status}: the pair is known, and this service is not enabled for it.")
ANSWER_ORIGIN = N_("The server answered {status}: it does not accept requests from here.")
ANSWER_RATE = N_(
    "The server answered {status}: too many requests came. It says nothing about the pair; wait, and ask again."
)
ANSWER_REDIRECT = N_(
    "The server answered {status}: it sends callers to another address. That was not followed, as the pair would have "
    "gone there too: name the right address."
)
ANSWER_ROLES = N_(
    "The server answered {status}, as VTEX does when the pair is right and none of its roles gives what was asked for. "
    "Have a role linked to the key that gives it."
)
ANSWER_ROLES_NAMED = N_("It names what is missing: {resources}.")
ANSWER_SAME = N_("That is what was found offline as well.")
ANSWER_OTHER = N_("Offline something else was found first: mend that, and ask again.")
ANSWER_OFFLINE_EXPLAINS = N_("What was found offline explains it: mend that first.")
ANSWER_REMEDY = N_("What to do: {remedy}")
ANSWER_DENIAL = N_("Whoever keeps the account reads the rest with:")
ANSWER_UNAVAILABLE = N_("The server answered {status}: it cannot tell now. That says nothing about the pair.")
ANSWER_UNKNOWN = N_("The server answered {status}, which says nothing that is known here about the pair.")
NOT_ASKED_FOREIGN = N_("The server was not asked: the credential of somebody else is not sent to it.")
NOT_ASKED_TOKEN_AS_KEY = N_(
    "The server was not asked: an appToken stands in the place of the appKey, which is logged in many places."
)
NOT_ASKED_UNSENDABLE = N_(
    "The server was not asked: no HTTP client sends a header with a line break or another control character in it."
)
NO_ANSWER = N_("The server could not be asked: {reason}.")
REASON_CERTIFICATE = N_("its certificate cannot be trusted")
REASON_CONNECTION = N_("nobody answers there")
REASON_HTTP = N_("what answers there does not speak HTTP")
REASON_NAME = N_("its name is not known")
REASON_TIME = N_("it took longer than {seconds} seconds")

# What cannot be done

FILE_UNREADABLE = N_("{file} cannot be read ({reason}).")
NO_PAIR_FOUND = N_(
    "There is no appKey and no appToken in it. Name the variables such as `VTEX_APP_KEY` and `VTEX_APP_TOKEN`, or the "
    "headers `X-VTEX-API-AppKey` and `X-VTEX-API-AppToken`."
)
NO_URL = N_(
    "Name an address such as `https://api.acme.example/api/orders`, without a user, a password or a credential in it."
)
ONE_PAIR_FOR_URL = N_("A server is asked about one pair, and here are {count}: pass one of them.")
ONE_SOURCE = N_("Say once where the pair is: in options, `--from-environment`, `--env`, `--header` or `--curl`.")
PLAIN_HTTP = N_("A pair is not sent over plain HTTP, except to this machine: name an `https://` address.")
SHOWN_TO_A_TERMINAL_ONLY = N_("`--show-corrected` writes secrets: to a terminal only, and not with `--json`.")
