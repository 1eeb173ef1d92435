"""The command line's own sentences. They are told in the language of whoever asks, by the same words as all others."""

from __future__ import annotations

from chaveiro.words.language import N_

# Headings and states

ACCOUNT = N_("Account")
ACCOUNTS = N_("Accounts")
CATALOGUE = N_("Catalogue")
CREATED = N_("Created")
DELETED = N_("Deleted")
EMAIL = N_("E-mail")
EXPIRES = N_("Expires")
FINISHING = N_("Finish the renewal?")
FORMAT = N_("Format of new pairs")
HTTPS_ONLY = N_("HTTPS only")
KEYS = N_("Keys")
LABEL = N_("Label")
LAST_USED = N_("Last used")
BEHIND_BY = N_("Behind by")
HEARD = N_("Last heard of")
METHOD = N_("Method")
NAME = N_("Name")
NODE = N_("Node")
NEEDS = N_("Needs")
NETWORKS = N_("Networks")
NEXT = N_("Next:")
NUMBER = N_("Number")
OFFERED_TO = N_("Offered to")
HOME = N_("Home account")
ORIGIN = N_("Origin")
OWNER = N_("Looked after by")
PATH = N_("Path")
RESOURCES = N_("Resources")
REVISION = N_("Revision")
ROLES = N_("Roles")
ROUTES = N_("Routes")
RUNS_SINCE = N_("Runs since")
SINCE = N_("Since")
SPONSOR = N_("Sponsor")
STATE = N_("State")
TOKEN_DAYS = N_("Tokens are old after days")
TOKEN = N_("Token")
USERS = N_("Users")
VALID_FROM = N_("Valid from")
CHAIN = N_("Chain of changes")
CHANGE_NUMBER = N_("Change")
CHANGES = N_("Changes")
FOUND = N_("What was done")
HEAD = N_("Head")
WHAT = N_("What happened")
WHEN = N_("When")
WHO = N_("Who")
WHY = N_("Why")

CHAIN_HOLDS = N_("it holds from the first change to the last")
CHAIN_HOLDS_AT = N_("it holds from the first change to the last, and through change {seq}, whose head was given")
CHAIN_BROKEN = N_("it is broken in {count} places: compare with a backup before you trust what it says")
HARM_CHANGED = N_("changed after it was written")
HARM_FORGED = N_("not what Chaveiro wrote there")
HARM_MISSING = N_("missing")
HARM_TRUNCATED = N_("cut off: the head that was given lies beyond this point")
NO_CHANGES = N_("none yet")

ROWS = N_("Rows")
ROWS_AGREE = N_("all {parts} are what the changes make of them")
ROWS_DIFFER = N_("{count} stand otherwise than the changes say: restore a backup, or undo by hand what was done")
PART = N_("Part")
USER = N_("User")
ROLE = N_("Role")
KEY = N_("Key")
EXTERNAL_KEY = N_("External key")
DELETED_KEY = N_("Deleted key")
MUTED_EPISODE = N_("Muted episode")
UNLIKE_OTHER = N_("an older state was put back")
UNLIKE_REVIVED = N_("there, though by the changes it is not")
UNLIKE_DAMAGED = N_("not what Chaveiro wrote: it is refused")
UNLIKE_UNTOLD = N_("cannot be compared: its changes cannot be read, or do not follow upon each other")
AS_INSTALLED = N_("{days}, as the installation is set")
IMPORTED = N_("imported")
NO = N_("no")
OTHER_HISTORY = N_("another history")
SECONDS_AGO = N_("{seconds} s ago")
NONE_IMPORTED = N_("none: every request is refused until one is imported")
SUSPENDED = N_("suspended")
YES = N_("yes")

# What was done

ACCOUNT_CREATED = N_("The account `{account}` is open. Its sponsor is {sponsor}.")
ACCOUNT_EDITED = N_("The settings of `{account}` are edited.")
ACCOUNT_RESUMED = N_("The keys of `{account}` work again.")
ACCOUNT_SUSPENDED = N_("Every key of `{account}` is refused until the account is resumed.")
BOTH_TOKENS_WORK = N_("Both tokens work now. Last use of the key: {used}.")
CATALOGUE_IS_READ = N_("Reading the catalogue…")
CATALOGUE_IMPORTED = N_("`{account}` reads requests by this catalogue now: {count} routes.")
CATALOGUE_UNDECIDED = N_("Known, and refused as nobody knows what they need: {count} routes.")
KEY_ACTIVATED = N_("The key {key} works again.")
KEY_BLOCKED = N_("The key {key} is blocked. To use it again, renew it, finish the renewal, then activate it.")
KEY_ADOPTED = N_("The key {key} of the account {home} may hold roles of this account now.")
KEY_DEACTIVATED = N_("The key {key} is refused until it is activated again.")
KEY_DELETED = N_("The key {key} is deleted for good. Its requests are refused, and can still be explained.")
KEY_RELEASED = N_("The external key {key} is removed, with the roles it had here. Its own account keeps it.")
NODE_OUT = N_("not yet on {name} ({id}), last heard of {seconds} s ago")
NEXT_FINISH = N_("When the new token is in place everywhere, retire the old one:")
NO_ACCOUNTS = N_("There is no account yet: `chaveiro account create ACCOUNT --sponsor EMAIL` opens one.")
NO_KEYS = N_("`{account}` has no keys yet: `chaveiro key issue {account} --label LABEL` makes one.")
NO_ROLES = N_("`{account}` has no roles yet: `chaveiro role create {account} NAME --resource PRODUCT/KEY` makes one.")
NO_ROLE_REFUSED = N_("no role: every request will be refused")
PAIR_REGISTERED = N_("The pair {key} is registered in `{account}`.")
PEPPER_KEPT = N_("Keep `{path}` safe and apart from the database: without it no token can be verified.")
REGISTERED_LABEL = N_("registered by hand")
IMPORTED_LABEL = N_("imported; until it is renewed, its token is known by the digest of another system ({kind})")
RENEWAL_FINISHED = N_("The old token of {key} is retired; only the new one works.")
ROLE_CREATED = N_("Role {number} `{name}` exists in `{account}`.")
PREDEFINED = N_("predefined: it came with the catalogue and stays as it is")
RESOURCE_SPREAD = N_("{resource} is given now by: {roles}.")
ROLE_DELETED = N_("Role {number} `{name}` is deleted. Holders who lost what it gave: {count}.")
ROLE_EDITED = N_("Role {number} `{name}` gives: {resources}.")
ROLE_GRANTED = N_("{to} holds role {number} `{name}` now.")
ROLE_GRANTED_UNTIL = N_("{to} holds role {number} `{name}` until {until}.")
ROLE_WITHDRAWN = N_("{to} does not hold role {number} `{name}` any more.")
TOKEN_ONCE = N_("The token is shown this once and can never be read again: copy it now.")
TRANSFER_ACCEPTED = N_("{sponsor} is the sponsor of `{account}` now.")
TRANSFER_CANCELLED = N_("The offer is taken back. {sponsor} stays the sponsor of `{account}`.")
TRANSFER_OFFERED = N_("{to} may become the sponsor until {until}.")
USER_ADDED = N_("{email} is a user of `{account}`.")
USER_TOKEN_GIVEN = N_(
    "This user token stands for {email} until {until}, with the roles they have then. Send it as "
    "VtexIdclientAutCookie, and keep it as you would a password."
)
USER_INVITED = N_(
    "Send this link to {email} alone. It works once, until {until}: whoever opens it chooses their password. A former "
    "link no longer works."
)
USER_REMOVED = N_("{email} is not a user of `{account}` any more.")

# Backups

BACKED_UP = N_("The backup `{file}` is whole: it holds every change up to {revision}.")
BACKUP_WITHOUT_PEPPER = N_("The pepper `{path}` is not in it: keep a copy of that too, and in another place.")
FORMER_KEPT = N_("The database that was there before is kept as `{path}`.")
LET_IN = N_("Let in again, although it was revoked:")
LET_IN_UNKNOWN = N_("What was revoked since the backup is not known here: look through the keys before you go on.")
NEXT_SERVE = N_("People sign in anew. Start the server again.")
RESTORED = N_("`{file}` is the database now, at revision {revision}.")
REVOKED_AGAIN = N_("Revoked again, as it was revoked since the backup:")

# Tokens and their use

FINISH_ANYWAY = N_("{doubt} Retire the old token anyway?")

# A decision and its explanation

ALLOWED = N_("allowed")
BY_ROLES = N_("By roles")
BROKEN_HERE = N_("broken here")
CALLER_READ_THIS = N_("The caller was told `{cause}`.")
CAUSE = N_("Cause")
DENIAL = N_("Denial")
DENIED = N_("denied")
DETAIL = N_("Detail")
EVIDENCE = N_("Evidence")
FOR_THE_KEEPER = N_("For the keeper")
MATCH_ALL = N_("all of {resources}")
MATCH_ANY = N_("any of {resources}")
NO_FURTHER = N_("Nothing else stands in the way.")
PREDEFINED_GIVING = N_("Predefined roles that give it")
ROUTES_FOUND = N_("{found} of {count} routes.")
UNDECIDED = N_("not known, refused ({why})")
NO_ROLE_GIVES = N_("No role of `{account}` gives it.")
REMEDY = N_("Remedy")
ROLES_GIVING = N_("Roles that give it")
SURE = N_("How sure")
UNKNOWN = N_("nobody can tell now")
VERDICT = N_("Verdict")


# What keeps failing

AS_IT_WAS = N_("The chain as it was then, at revision {revision}:")
CHANGED_BETWEEN = N_("Also changed since that success")
FAILING_SINCE = N_("Failing since")
LAST_DENIAL = N_("Last denial")
LAST_SUCCESS = N_("Last success before")
MENDED_BY = N_("Mended by: {change}.")
NOTE = N_("Note")
NO_FAILURES = N_("No denial of `{account}` is kept: as far as is known, nothing fails.")
SUSPECT = N_("Suspected change")
WORKS_AGAIN = N_("Has worked again")

# What would be

AFTER = N_("Then")
CHOSEN_GREEDILY = N_(
    "There are too many roles to try every combination: these were chosen one by one, and others may give less."
)
ENOUGH_ALONE = N_("Roles that would be enough alone, with what they give besides:")
LACKS_NOTHING = N_("The key {key} was refused nothing in the last {days} days that it would still lack.")
LINK_THESE = N_("Linking these roles is enough. Resources given that nobody asked for: {excess}.")
MAKE_A_ROLE = N_("No existing roles are enough. A role with exactly what is missing would be:")
NOBODY_LOSES = N_("No key would lose anything that it used in the last {days} days.")
NOW = N_("Now")
TIMES = N_("Times")
WOULD_LOSE = N_(
    "Keys that would lose what they used in the last {days} days: {keys}. Routes they would lose: {routes}."
)

# Moving into PostgreSQL

MOVE_COPYING = N_("Copying {what}")
MOVE_VERIFYING = N_("Verifying {what}")
MOVE_LOADING = N_("Comparing the account {what}")
MOVED = N_("`{source}` has moved to `{target}`, which is the truth now. Both hold the same, row by row:")
MOVED_SUMMARY = N_("{rows} rows and {accounts} accounts in {seconds} s: {copying} s copied, {verifying} s compared.")
MOVED_RESUMED = N_("A former try had copied {rows} of these rows.")
MOVED_NEXT = N_("Start with the new database from now on, on every machine with the same pepper:")
MOVED_FILE = N_(
    "The file refuses everything from now on. Keep it until you are content, then remove it. As long as nothing was "
    "changed in PostgreSQL, this goes back to it:"
)
MOVE_UNDONE = N_("`{source}` is the truth again, and the PostgreSQL database refuses everything: drop it.")
MOVE_TABLE = N_("Table")
MOVE_ROWS = N_("Rows")
MOVE_DIGEST = N_("Digest")

MOVE_SOURCE_NO_FILE = N_(
    "There is no SQLite database to move: choose its folder with `--data`, or name it with `--database sqlite:///FILE`."
)
MOVE_SOURCE_MOVED = N_("This installation has moved to `{other}` already, which is the truth now.")
MOVE_SOURCE_NOT_MOVED = N_("This installation has not moved: it is the truth, and there is nothing to go back from.")
MOVE_SOURCE_UNREADABLE = N_("The table `{table}` holds what no version of Chaveiro writes: restore a backup.")
MOVE_TARGET_NO_SERVER = N_(
    "Name the PostgreSQL database by its URL, such as `postgresql://chaveiro@db.example/chaveiro`."
)
MOVE_TARGET_ENCODING = N_("The database is not in UTF-8: make one with `ENCODING 'UTF8' TEMPLATE template0`.")
MOVE_TARGET_FOREIGN = N_("The database belongs to another program: make one of its own for Chaveiro.")
MOVE_TARGET_OLDER = N_(
    "An older Chaveiro made the tables of that database: drop it and make an empty one, or start this version with it "
    "once, which upgrades them."
)
MOVE_TARGET_NEWER = N_("A newer Chaveiro made the tables of that database: move with that version.")
MOVE_TARGET_HOLDS = N_("That database holds an installation already: make an empty one to move into.")
MOVE_TARGET_IN_USE = N_("The node `{node}` uses that database: stop it first, and start it again after the move.")
MOVE_TARGET_OTHER_MOVE = N_(
    "That database belongs to another move, from or to `{other}`: go on with that one, or make an empty database."
)
MOVE_TARGET_PEPPER = N_(
    "That database was made with another pepper, so every token would be refused: make an empty one, or name the right "
    "pepper with `CHAVEIRO_PEPPER_FILE`."
)
MOVE_TARGET_DECIDES = N_(
    "The node `{node}` may decide by that database until {until}: stop it, or see that it is stopped and wait until "
    "then."
)
MOVE_TARGET_UNHEARD = N_(
    "What nodes reported to that database was lost with its server, and they may decide by it until {until}: see that "
    "they are stopped, and wait until then."
)
MOVE_TARGET_CHANGED = N_(
    "Changes made in PostgreSQL since the move: {changes}. Going back would forget them, a revocation among them "
    "perhaps: stay there."
)
MOVE_TABLE_DIFFERS = N_(
    "The table `{table}` does not hold in PostgreSQL what was copied: another program writes there. The file is the "
    "truth as before; make an empty database, and move again."
)
MOVE_ACCOUNT_DIFFERS = N_(
    "The account `{account}` does not load from PostgreSQL as it does from the file. The file is the truth as before; "
    "please report this."
)

# What cannot be done

BACKUP_ELSEWHERE = N_(
    "This database is PostgreSQL's, which makes its own backups: use `pg_dump --format=custom --file=chaveiro.dump`, "
    "or archive continuously; docs/how-to/backup.md shows both."
)
RESTORE_ELSEWHERE = N_(
    "This database is PostgreSQL's, which restores its own backups: stop every node, use `pg_restore`, start again; "
    "each node then revokes again what its journal knows. docs/how-to/backup.md shows it."
)
RESTORE_REVIVES = N_(
    "The backup would let in again what was revoked since, and it cannot be revoked in it: {list}. Take a newer "
    "backup, or go on with `--accept-revived`."
)
RESTORE_UNKNOWN = N_(
    "This machine does not remember what was revoked since the backup, so nobody can tell what it would let in again: "
    "bring the file `journal` of the machine that ran it, or go on with `--accept-revived`."
)
DAYS_BOUNDS = N_("`--days` is a number from 1 to {most}.")
NO_DENIAL_OF_ACCOUNT = N_(
    "`{account}` keeps no such denial: `chaveiro failures {account}` shows those that come again."
)
SIMULATE_ROLE = N_("With `--role`, say what would change and nothing else: `--add` and `--remove`, or `--delete`.")
SIMULATE_WHAT = N_(
    "Say what should be possible: `--key APPKEY` with `--method` and `--path`, with `--resource` or alone, or "
    "`--denial DENIAL_ID`; or which role would change: `--role ROLE_ID`."
)
CATALOGUE_TOO_FAR = N_("`{file}` is not a packaged catalogue: there is {names}.")
CATALOGUE_UNREADABLE = N_(
    "The catalogue `{file}` cannot be read ({reason}): name a TOML file, an OpenAPI document or `packaged:vtex`."
)
EDIT_NOTHING = N_("Say what to change: `--name`, `--add` or `--remove`.")
SPREAD_ONE = N_("With `--holding`, name one resource with `--add`, and nothing else.")
WHICH_ROLE = N_("Say which role, by its number, or `--holding PRODUCT/KEY` for every role with that resource.")
SETTINGS_NOTHING = N_("Say what to change: `--format`, `--https-only`, `--no-https-only` or `--token-days`.")
KEY_OR_USER = N_("Say who: either `--key APPKEY` or `--user EMAIL`.")
ANCHOR_MALFORMED = N_("Write the head as `chaveiro audit head` shows it: a number, a colon, 64 hexadecimal digits.")
LIMIT_TOO_SMALL = N_("The limit is 1 or more.")
NO_ACCOUNT_NAME = N_("{value} is not an account's name: use 1 to 32 lower-case letters and digits, such as `acme`.")
NO_ADDRESS = N_("{value} is not an IP address: write one such as `203.0.113.7`.")
NO_APP_KEY = N_("{value} is not an appKey: `chaveiro key list ACCOUNT` shows them.")
OPERATIONS_UNDECLARED = N_(
    "`x-chaveiro-resources` is missing in {count} of the operations ({names}): write what they need, or import with "
    "`--skip-undeclared`, so that they are refused."
)
NO_CATALOGUE = N_("`{account}` has no catalogue yet: `chaveiro catalogue import {account} FILE` brings one.")
NO_DATABASE = N_(
    "There is no database `{path}`: choose its folder with `--data`, or make it by opening an account with "
    "`chaveiro account create`."
)
NO_DENIAL_ID = N_(
    "{value} is not a denial's id: it is the 26 letters and digits after `urn:chaveiro:denial:` in the answer."
)
NO_EMAIL = N_("{value} is not an e-mail address: use one such as `ana@acme.example`.")
NO_LINE = N_("`{option}` must be one line of 1 to 100 characters without blanks at its ends.")
NO_METHOD = N_("{value} is not a method: use one such as `GET`.")
NO_MOMENT = N_("{value} is not a date: write it such as `2027-01-31` or `2027-01-31T18:00Z`.")
NO_NETWORK = N_("{value} is not a network: write it such as `203.0.113.0/24`, without bits set after the mask.")
NO_RESOURCE = N_("{value} is not a resource: write product and key with a slash between, such as `OMS/ListOrders`.")
NO_ROLE_NUMBER = N_("{value} is not a role's number: `chaveiro role list ACCOUNT` shows them.")
NO_SUCH_ACCOUNT = N_("There is no account `{account}`: `chaveiro account list` shows those there are.")
NO_SUCH_DENIAL = N_(
    "No denial `{id}` is kept here: check the id and the installation; denials are kept for {days} days, and not "
    "when they come faster than they can be written."
)
NO_SUCH_KEY = N_("`{account}` has no such key: `chaveiro key list {account}` shows those there are.")
NO_SUCH_ROLE = N_("`{account}` has no role {number}: `chaveiro role list {account}` shows those there are.")
NOT_UTF8 = N_("What was read is not UTF-8 text: save it as UTF-8.")
PAIR_FIELDS = N_("The appKey stands in the place of the e-mail address, the appToken in that of the name.")
PAIR_NOT_REGISTERED = N_("The pair is not registered, as it would never work:")
PATH_OR_RESOURCE = N_("Say what is asked for: `--method` and `--path`, or `--resource PRODUCT/KEY`.")
SECRET_IN_TEXT = N_(
    "`{option}` looks like a credential: keep secrets out of names. If it is real, renew that token: the shell's "
    "history may hold it."
)
STDIN_TOO_SHORT = N_("Nothing to read: send {values} on standard input, one per line.")
SURPRISE = N_("Chaveiro failed: {kind} in {place}. Nothing more was done; please report this line.")
TOKEN_IN_ARGUMENTS = N_(
    "A token does not belong on the command line: the shell keeps it in its history. Write `-` instead and type it "
    "when asked, or send it on standard input. If it is real, renew it."
)
TRANSFER_ONE_OF = N_("Say one of `--to EMAIL`, `--accept` and `--cancel`.")
TRANSFER_WHO_ACCEPTS = N_("Say who accepts: add `--as EMAIL`.")
USAGE = N_("See `{command} --help`.")
