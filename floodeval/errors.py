"""The base class of all errors that a user can cause."""


class FloodevalError(Exception):
    """Wrong input: one line that names the thing, what was expected and the remedy.

    Where the dashboard may show it, the message is a `floodeval.i18n.catalog.Saying`, which is translated
    when it is shown.
    """
