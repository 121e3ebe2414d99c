"""The one exception a user of floodeval may catch."""


class FloodevalError(Exception):
    """Wrong input: one line that names the thing, what was expected and the cure.

    Where the dashboard may show it, the line is a `floodeval.i18n.catalog.Saying`.
    """
