"""Roles and databases: an owner that migrates, and the application, which may do less."""

from dataclasses import dataclass
from urllib.parse import quote, urlsplit

import psycopg
from psycopg import sql

from script.places import own_secrets
from script.services import Postgres
from script.steps import Trouble

OWNER = "policytrack_owner"
APPLICATION = "policytrack_app"


@dataclass(frozen=True)
class Logins:
    """How to reach one database as its owner and as the application; the application's role."""

    owner: str
    application: str
    role: str


def embedded_logins(postgres: Postgres, database: str) -> Logins:
    """Both logins to a database of the embedded server; roles and database are made if missing."""
    create_roles(postgres)
    create_database(postgres, database)
    owner, application = (postgres.url(role, database) for role in (OWNER, APPLICATION))
    return Logins(owner, application, APPLICATION)


def external_logins(url: str, owner_url: str | None) -> Logins:
    """Both logins to the database of DATABASE_URL.

    With an owner's URL beside it, DATABASE_URL is the application's own login. Without, it is the
    owner's, and the application uses the same login with the lesser role policytrack_app.
    """
    if owner_url:
        role = urlsplit(url).username
        if not role:
            raise Trouble("DATABASE_URL names no user: the application needs a login of its own.")
        return Logins(owner_url, url, role)
    try:
        with psycopg.connect(url, autocommit=True) as connection:
            _provide_lesser_role(connection)
    except psycopg.Error as error:
        raise Trouble(
            f"The database of DATABASE_URL does not answer: {_one_line(error)}."
        ) from error
    joint = "&" if urlsplit(url).query else "?"
    return Logins(url, f"{url}{joint}options={quote(f'-c role={APPLICATION}')}", APPLICATION)


def create_roles(postgres: Postgres) -> None:
    """Create the owner and the application as roles that sign in with their generated passwords."""
    passwords = own_secrets(postgres.data)
    with psycopg.connect(postgres.url("postgres", "postgres"), autocommit=True) as connection:
        for role in (OWNER, APPLICATION):
            if not _role_exists(connection, role):
                names = sql.Identifier(role), sql.Literal(passwords[role])
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(*names))
        # A transaction that a process forgot would keep the feed of changes from going on.
        connection.execute(
            sql.SQL("ALTER ROLE {} SET idle_in_transaction_session_timeout = '10min'").format(
                sql.Identifier(APPLICATION)
            )
        )


def create_database(postgres: Postgres, name: str) -> None:
    """Create a database of the owner's, which nobody but owner and application may enter."""
    database, owner, application = map(sql.Identifier, (name, OWNER, APPLICATION))
    with psycopg.connect(postgres.url("postgres", "postgres"), autocommit=True) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if not found.fetchone():
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(database, owner))
        # Each time: a start that was interrupted here must not leave the door open.
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
        connection.execute(
            sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, application)
        )


def _provide_lesser_role(connection: psycopg.Connection) -> None:
    """Have the role policytrack_app, and have this login able to become it."""
    role = sql.Identifier(APPLICATION)
    try:
        if not _role_exists(connection, APPLICATION):
            connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(role))
            connection.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(role))
        connection.execute(sql.SQL("SET ROLE {}").format(role))
    except psycopg.errors.InsufficientPrivilege as error:
        login = connection.info.user
        raise Trouble(
            f"The login {login} cannot provide the role {APPLICATION} that the application runs "
            f"as: have an administrator run «CREATE ROLE {APPLICATION} NOLOGIN; "
            f"GRANT {APPLICATION} TO {login};», or give the owner's login as DATABASE_OWNER_URL."
        ) from error


def _role_exists(connection: psycopg.Connection, role: str) -> bool:
    found = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
    return found.fetchone() is not None


def _one_line(error: psycopg.Error) -> str:
    return " ".join(str(error).split()).rstrip(".?")
