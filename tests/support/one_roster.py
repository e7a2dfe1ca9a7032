"""A small OneRoster 1.2 export, with the columns of the binding in their order."""

import io
import zipfile
from pathlib import Path

USERS = (
    "sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName,middleName,identifier,email,"
    "sms,phone,agentSourcedIds,grades,password,userMasterIdentifier,resourceSourcedIds,preferredGivenName,"
    "preferredMiddleName,preferredFamilyName,primaryOrgSourcedId,pronouns"
)
ROLES = (
    "sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,userProfileSourcedId"
)
ORGS = "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId"
CHANGED = "2026-09-01T00:00:00.000Z"


def user(sourced_id: str, given: str, family: str, *, email: str = "", status: str = "", middle: str = "") -> str:
    changed = CHANGED if status else ""
    return f"{sourced_id},{status},{changed},true,{given.lower()},,{given},{family},{middle},,{email},,,,,,,,,,,,"


def role(
    sourced_id: str,
    user_id: str,
    org_id: str,
    *,
    name: str = "teacher",
    kind: str = "primary",
    status: str = "",
    end: str = "",
) -> str:
    changed = CHANGED if status else ""
    return f"{sourced_id},{status},{changed},{user_id},{kind},{name},,{end},{org_id},"


def org(sourced_id: str, name: str, *, kind: str = "school", parent: str = "") -> str:
    return f"{sourced_id},,,{name},{kind},,{parent}"


SAMPLE_ORGS = (
    org("d", "Cedar District", kind="district"),
    org("s1", "Maple Ridge", parent="d"),
    org("s2", "Birch Elementary", parent="d"),
    org("o1", "Front Office", kind="department", parent="s1"),
)
SAMPLE_USERS = (
    user("u1", "Ana", "Lopez", email="Ana.Lopez@cedar.example"),
    user("u2", "Ben", "Hill"),
    user("u3", "Cy", "Park"),
    user("k1", "Little", "Student"),
)
SAMPLE_ROLES = (
    role("r1", "u1", "s1", name="principal"),
    role("r2", "u2", "s2"),
    role("r3", "u3", "o1", name="aide"),
    role("r4", "k1", "s1", name="student"),
)


def make_files(
    *,
    users: tuple[str, ...] = SAMPLE_USERS,
    roles: tuple[str, ...] = SAMPLE_ROLES,
    orgs: tuple[str, ...] = SAMPLE_ORGS,
    mode: str = "bulk",
    version: str = "1.2",
) -> dict[str, str]:
    manifest = [
        "propertyName,value",
        "manifest.version,1.0",
        f"oneroster.version,{version}",
        "file.academicSessions,absent",
        "file.orgs,bulk",
        f"file.users,{mode}",
        f"file.roles,{mode}",
        "source.systemName,A student information system",
    ]
    tables = {
        "manifest.csv": manifest,
        "orgs.csv": [ORGS, *orgs],
        "users.csv": [USERS, *users],
        "roles.csv": [ROLES, *roles],
    }
    return {name: "\r\n".join(lines) + "\r\n" for name, lines in tables.items()}


def make_zip(files: dict[str, str], *, folder: str = "") -> bytes:
    opened = io.BytesIO()
    with zipfile.ZipFile(opened, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(folder + name, text)
    return opened.getvalue()


def write_folder(files: dict[str, str], folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder
