"""Text that others wrote, such as names, link values and what a checkpoint says, is shown as text and never obeyed."""

import re

# What Markdown, or Streamlit's additions to it, would obey; marks that are harmless between letters are left alone.
_MARKS = re.compile(
    r"[\\*$~]"
    r"|\](?=[(\[:])"  # the end of a link's or a picture's text
    r"|<(?=[A-Za-z/!])"  # HTML and addresses
    r"|:(?=[A-Za-z])"  # :red[...], :material/...: and :smile:
    r"|&(?=\w+;|#)"  # entities
    r"|(?<!\w)_|_(?!\w)"
    r"|^[#>+\-=|](?=\s|$|[#>+\-=|])"
)
_NUMBERED = re.compile(r"^(\d+)(?=[.)]\s)")
# Where plain text holds an address, browsers are shown no link.
_ADDRESS = re.compile(r"(?<=:)(?=//)|(?<=www)(?=\.)|(?=@)", re.IGNORECASE)
_ZERO_WIDTH_SPACE = "\u200b"


def as_text(foreign: object) -> str:
    """What Markdown shows as the text itself, in one line; parts between backticks stay code, where nothing is obeyed.

    Sentences of errors hold foreign values as well as commands in backticks, so they go through here as a whole.
    """
    line = re.sub("`+", "`", " ".join(str(foreign).split()))
    if line.count("`") % 2:
        return _escaped(line).replace("`", "\\`")
    return "`".join(part if place % 2 else _escaped(part) for place, part in enumerate(line.split("`")))


def as_code(name: str) -> str:
    """A name as Markdown shows code, in which nothing but a backtick is obeyed."""
    return f"`{name.replace('`', '')}`"


def _escaped(text: str) -> str:
    marked = _NUMBERED.sub(r"\1\\", _MARKS.sub(lambda found: "\\" + found.group(), text))
    return _ADDRESS.sub(_ZERO_WIDTH_SPACE, marked)
