"""What each kind of request needs: what VTEX documents, and what its screens ask for since they were split."""

from __future__ import annotations

from typing import Final

from chaveiro.core.command import (
    EDIT_ADMIN_USERS,
    EDIT_API_KEYS,
    REMOVE_USER,
    RENEW_API_TOKEN,
    SAVE_ACCOUNT,
    SAVE_ROLE,
    SAVE_USER,
    VIEW_ADMIN_USERS,
    VIEW_API_KEYS,
)
from chaveiro.core.names import Resource
from chaveiro.doors.vtex.caller import Needs

_PRODUCT: Final = "License Manager"
GET_USER: Final = Resource(_PRODUCT, "Get_User_By_Identifier")
GET_USERS: Final = Resource(_PRODUCT, "Get_Users_Paged")
GET_ROLES: Final = Resource(_PRODUCT, "Get_Roles_Paged")
GET_ACCOUNT: Final = Resource(_PRODUCT, "Get_Account_By_Identifier")

ANY_ROLE: Final = Needs()
USER_READ: Final = Needs(REMOVE_USER, SAVE_USER, GET_USER, VIEW_ADMIN_USERS, EDIT_ADMIN_USERS)
USER_REMOVED: Final = Needs(SAVE_USER, REMOVE_USER, EDIT_ADMIN_USERS)
USER_SAVED: Final = Needs(SAVE_USER, EDIT_ADMIN_USERS)
USERS_LISTED: Final = Needs(GET_USERS, VIEW_ADMIN_USERS, EDIT_ADMIN_USERS)
ROLES_READ: Final = Needs(GET_USER, VIEW_ADMIN_USERS, EDIT_ADMIN_USERS, VIEW_API_KEYS, EDIT_API_KEYS)
ROLES_CHANGED: Final = Needs(SAVE_USER, EDIT_ADMIN_USERS, EDIT_API_KEYS)
ROLES_LISTED: Final = Needs(GET_ROLES, SAVE_ROLE, EDIT_ADMIN_USERS, EDIT_API_KEYS)
ROLE_SAVED: Final = Needs(SAVE_ROLE)
KEYS_READ: Final = Needs(SAVE_USER, VIEW_API_KEYS, EDIT_API_KEYS)
KEYS_CHANGED: Final = Needs(SAVE_USER, EDIT_API_KEYS)
KEY_RENEWED: Final = Needs(RENEW_API_TOKEN, EDIT_API_KEYS)
STORES_READ: Final = Needs(GET_ACCOUNT, SAVE_ACCOUNT)
ACCOUNT_READ: Final = Needs(SAVE_ACCOUNT)
