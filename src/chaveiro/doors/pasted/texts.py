"""Where a pair was read, and what is worth saying about the place itself."""

from chaveiro.words.language import N_

FROM_ENV_FILE = N_("Read as a file of variables")
FROM_HEADERS = N_("Read as headers")
FROM_CURL = N_("Read as a curl command")
FROM_JSON = N_("Read as JSON")
FROM_TEXT = N_("Read as it stands")

NOTE_CRLF = N_(
    "The lines of this file end as Windows ends them. A shell or `docker run --env-file` would add a carriage return "
    "to every value: save the file with plain line feeds."
)
NOTE_QUOTED = N_(
    "Values stand in quotation marks here, and were read without them. `docker run --env-file` would send the marks "
    "too: leave them out where it reads this file."
)

NO_CURL = N_("This is no curl command: paste it whole, from the word `curl` on.")
TOO_LONG = N_("What was read is longer than 1 MiB: pass only what holds the pair.")
