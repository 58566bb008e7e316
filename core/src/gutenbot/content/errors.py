"""What can go wrong when an item is rendered. All are the author's to mend, so all say where and how."""

from gutenbot.kernel.errors import AuthorMistake


class UnknownItem(AuthorMistake):
    """There is no content item `#{item}`. {suggestion} Or add `{item}:` to {file}."""

    code = "content.unknown-item"


class BrokenItem(AuthorMistake):
    """The content item `#{item}` cannot be used: {reason} ({place}). `gutenbot content check` lists what to mend."""

    code = "content.broken-item"


class MissingVariable(AuthorMistake):
    """The content item `#{item}` ({place}) uses `{variable}`, which was not given. Pass it as a keyword (say("#{item}",
    {root}=…)), or give it a default in the text ({{{{ {variable} | default('…') }}}})."""

    code = "content.missing-variable"


class TemplateFailed(AuthorMistake):
    """The content item `#{item}` ({place}) could not be rendered: {reason}."""

    code = "content.template-failed"
