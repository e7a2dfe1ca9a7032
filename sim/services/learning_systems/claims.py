"""Names of what LTI 1.3 messages carry (1EdTech LTI Core 1.3, Deep Linking 2.0, NRPS 2.0, AGS 2.0)."""

from typing import Final

LTI: Final = "https://purl.imsglobal.org/spec/lti/claim/"
MESSAGE_TYPE: Final = f"{LTI}message_type"
VERSION: Final = f"{LTI}version"
DEPLOYMENT: Final = f"{LTI}deployment_id"
TARGET: Final = f"{LTI}target_link_uri"
RESOURCE_LINK: Final = f"{LTI}resource_link"
ROLES: Final = f"{LTI}roles"
CONTEXT: Final = f"{LTI}context"
CUSTOM: Final = f"{LTI}custom"
LIS: Final = f"{LTI}lis"
ENDPOINT: Final = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
NAMES: Final = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"
DEEP_LINKING: Final = "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings"
CONTENT_ITEMS: Final = "https://purl.imsglobal.org/spec/lti-dl/claim/content_items"
DEEP_LINKING_DATA: Final = "https://purl.imsglobal.org/spec/lti-dl/claim/data"
SCORE_SCOPE: Final = "https://purl.imsglobal.org/spec/lti-ags/scope/score"
NAMES_SCOPE: Final = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
LAUNCH: Final = "LtiResourceLinkRequest"
DEEP_LINK: Final = "LtiDeepLinkingRequest"
DEEP_LINK_ANSWER: Final = "LtiDeepLinkingResponse"
VERSION_NOW: Final = "1.3.0"
MEMBERSHIP: Final = "http://purl.imsglobal.org/vocab/lis/v2/membership#"
STAFF_ROLES: Final = ("Instructor", "ContentDeveloper", "Administrator", "Manager")
LEARNER: Final = "Learner"


def has_role(roles: frozenset[str], *names: str) -> bool:
    """Return whether one of the context roles is among a message's, in its full or its short form (LTI Core A.2)."""
    wanted = {*names, *(f"{MEMBERSHIP}{name}" for name in names)}
    return bool(roles & wanted)
