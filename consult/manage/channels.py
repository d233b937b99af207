"""What the ways in which something was said are called."""

from consult.languages import interface_words
from consult.messages import channel_name
from consult.record.contribution import Channel


def name_channels(language: str) -> dict[Channel, str]:
    """Return their names."""
    return {each: channel_name(each, interface_words(language)) for each in Channel}
