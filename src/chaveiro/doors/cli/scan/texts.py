"""What a scan says."""

from chaveiro.words.language import N_

APP_KEY_BESIDE = N_("its appKey {key} lies beside it")
FOUND = N_(
    "Tokens found: {count}, in {files} files. Whoever reads them can use them: have each key blocked or renewed, then "
    "take the tokens out of the files and out of their history."
)
GIT = N_(
    "What git keeps in `{path}` is compressed and was not searched: `git log -p --all | chaveiro scan -` reads the "
    "whole history."
)
LINK_OUT = N_("Not followed: the link `{path}` leads elsewhere, or nowhere.")
NAMES_NOTHING = N_("There is no file or folder `{path}`.")
NONE_FOUND = N_("No token was found in {files} files, {megabytes} MB.")
PROBABLE = N_("probably a damaged token")
SPECIAL = N_("Not read: `{path}` is no file.")
UNREADABLE = N_("Not read: `{path}` cannot be read.")
