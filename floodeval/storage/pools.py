"""Threads that share work, and stop with who gave it to them."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from floodeval.i18n.parameters import set_surface, surface


@contextmanager
def thread_pool(n_threads: int | None) -> Iterator[ThreadPoolExecutor]:
    """Threads for a `with` block; an exception in it, such as Ctrl-C, drops the work that has not begun.

    `ThreadPoolExecutor` alone would first do all that was handed in. Errors that the threads put into words
    name parameters as the caller's surface does.
    """
    pool = ThreadPoolExecutor(n_threads, initializer=set_surface, initargs=(surface(),))
    try:
        yield pool
    except BaseException:
        pool.shutdown(cancel_futures=True)
        raise
    pool.shutdown()
