"""What the tour says. The causes, details and remedies it shows are not here: those are the product's own answers."""

from __future__ import annotations

from chaveiro.words.language import N_

TITLE = N_("Why does authentication with appKey and appToken not work?")
INTRODUCTION = N_(
    "An orders API stands behind nginx, and nginx asks Chaveiro about every request. What follows are real requests "
    "through that gateway: one that works, then every usual reason why one does not. Each time you read what the "
    "integrator is told, what the keeper of the account is told, and what mends it; then that is done, and the same "
    "request is sent again."
)

# While things start

STARTING_DATA = N_("Opening the account {account}: sponsor, users, roles, keys")
STARTING_CHAVEIRO = N_("Starting Chaveiro")
STARTING_NGINX = N_("Starting nginx in front of the orders API")
STARTED = N_("Ready in {seconds} s")

# Rows of a scene

SENT = N_("request")
GOT = N_("answer")
INTEGRATOR = N_("integrator")
KEEPER = N_("keeper")
REMEDY = N_("remedy")
API_SEES = N_("API sees")
AGAIN = N_("again")
RUN = N_("command")
DENIED = N_("{status} denied, cause {cause}")
ALLOWED = N_("{status} allowed: the orders API answers with {count} orders")

# How a presented pair was spoilt

AS_ISSUED = N_("exactly as issued")
IN_EACH_OTHERS_FIELD = N_("the two values stand in each other's field")
SPACE_INSIDE = N_("with a space at position {position}")
SPACE_AFTER = N_("with a space after it")
UPPER_CASE = N_("all in upper case")
ONE_WRONG = N_("with another character at position {position}")
OLD_TOKEN = N_("the old token")
NEW_TOKEN = N_("the new token")

# What the integrator does where no command can

PUT_RIGHT = N_("The integrator does as told and sends the pair exactly as it was issued.")

# The scenes

WORKS = N_("A pair that works")
WORKS_STORY = N_(
    "The key {label} is linked to the role {role}. The gateway lets it through and tells the API who calls."
)
NO_ROLE = N_("A key linked to no role")
NO_ROLE_STORY = N_("A new pair may do nothing until a role says so. This one was issued and forgotten.")
LACKING = N_("A role without the permission")
LACKING_STORY = N_("This key is linked to a role, {role}, which says nothing about orders.")
SWAPPED = N_("appKey and appToken swapped")
SWAPPED_STORY = N_("The values are right, the fields are not: each stands where the other belongs.")
SPACE = N_("A space inside the token")
SPACE_STORY = N_("The token was copied out of an e-mail that broke the line.")
TRAILING = N_("A space after the token")
TRAILING_STORY = N_(
    "HTTP removes blanks around a header's value, so this one only arrives where the value travels as JSON: a program "
    "asks through POST /v1/check."
)
CASE = N_("Letter case changed")
CASE_STORY = N_("A spreadsheet or a form turned the token into upper case.")
TYPO = N_("One wrong character")
TYPO_STORY = N_("Somebody typed the token by hand. The token says by itself where it is wrong; no database was asked.")
LOST = N_("A lost token")
LOST_STORY = N_(
    "Nobody can read a token again, the sponsor included: only its digest is kept. So it is renewed. Until the renewal "
    "is finished both tokens work, and no integration has to stop."
)
LOST_FINISH = N_("The new token works, so the old one is retired.")
LOST_REMEDY = N_("The forgotten program is given the new token.")
LOST_AFTER = N_(
    "Somewhere a program still sends the old token. It might be a stranger, so it is told little; the keeper reads "
    "when the token was replaced, and by whom."
)
REGISTERED = N_("A pair registered with its fields swapped")
REGISTERED_STORY = N_(
    "A pair that was made elsewhere is registered like a user: the appKey as e-mail address, the appToken as name. "
    "Somebody types the token first. Both are asked for, so that no shell remembers them."
)
REGISTERED_REMEDY = N_("Each value goes where it belongs; then the key is linked to a role.")
DELEGATED = N_("A user who is not the sponsor issues a key")
DELEGATED_STORY = N_("Bia is a user of {account}, but only the sponsor may issue keys, until they delegate it by role.")
DELEGATED_REMEDY = N_("Ana, the sponsor, makes a role out of that permission and gives it to Bia.")

# Names of what the tour makes

ROLE_ORDERS = N_("Read orders")
ROLE_PRICES = N_("Read prices")
ROLE_KEYS = N_("Issue keys")
LABEL_ERP = N_("ERP")
LABEL_NEW = N_("New marketplace")
LABEL_PRICES = N_("Price comparison")
LABEL_LOST = N_("Warehouse")
LABEL_BIA = N_("Bia's integration")

# The end

DONE = N_("{count} scenes, {seconds} s. Every answer was the one that was expected.")
GOING_ON = N_("Everything keeps running. Send requests of your own:")
GATEWAY = N_("Gateway")
CHECKS = N_("Checks")
ACCOUNT = N_("Account")
COMMANDS = N_("In another terminal, so that commands find it:")
PAIR = N_("A pair that works; it ends with the tour:")
STOP = N_("Ctrl-C stops it and removes everything.")
STOPPED = N_("Stopped; nothing is left behind.")

# What can go wrong

NO_NGINX = N_('The tour needs nginx: install it with `pip install "chaveiro[demo]"` and run `chaveiro demo` again.')
NO_GATEWAY_FILES = N_("The gateway's configuration is not installed: reinstall Chaveiro, then run the tour again.")
NOT_STARTED = N_("{part} did not start: {reason}")
UNEXPECTED = N_("Scene {number}, {title}: {what} was expected to be {expected}, and was {found}.")
