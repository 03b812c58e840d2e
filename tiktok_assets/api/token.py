"""The token: a word in a file that nobody else can read."""

import os
import stat
from pathlib import Path

from resources.settings import Settings, SettingsError

LEAST = 16  # characters; fewer can be guessed


def read_token(settings: Settings) -> str | None:
    """The word of the settings' token file; None where they name none. Raises SettingsError."""
    if not settings.api_token_file:
        return None
    path = Path(settings.api_token_file).expanduser()
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError as error:
        raise SettingsError(f"{path}: api_token_file: {error.strerror}") from error
    with open(descriptor, encoding="utf-8") as file:
        about = os.fstat(descriptor)
        if not stat.S_ISREG(about.st_mode) or about.st_mode & 0o077:
            raise SettingsError(f"{path}: others may read the token: chmod 600 {path}")
        word = file.read(4096).strip()
    if len(word) < LEAST or not word.isascii() or not word.isprintable() or " " in word:
        raise SettingsError(f"{path}: a token is one word of at least {LEAST} letters and digits: openssl rand -hex 24")
    return word
