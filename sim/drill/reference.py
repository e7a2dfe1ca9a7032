"""What a trainee is shown of the person sought."""

from enum import StrEnum


class Reference(StrEnum):
    """By the names that form files use."""

    THREE_PHOTOS = "3 photos"
    ONE_PHOTO = "1 photo"
    TEXT = "text"

    @property
    def photo_count(self) -> int:
        """Pictures shown; the words are shown with all of them."""
        return {Reference.THREE_PHOTOS: 3, Reference.ONE_PHOTO: 1, Reference.TEXT: 0}[self]
