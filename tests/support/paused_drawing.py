"""A drawing of thumbnails that waits until a test lets it go on."""

from threading import Event


class PausedDrawing:
    """Draws samples by their ids.

    Attributes:
        drawn: the ids of the samples that were drawn, in order.
        begun: set when a drawing waits.
        go_on: lets it draw.
        over: set when the last sample is drawn.
    """

    def __init__(self, last: str, waiting: str | None = None) -> None:
        """Let the sample `waiting` wait, or every one if it is None."""
        self.last, self.waiting = last, waiting
        self.drawn: list[str] = []
        self.begun, self.go_on, self.over = Event(), Event(), Event()

    def __call__(self, sample_id: str, _: object) -> bytes:
        if self.waiting in (None, sample_id):
            self.begun.set()
            self.go_on.wait(10)
        self.drawn.append(sample_id)
        if sample_id == self.last:
            self.over.set()
        return sample_id.encode()
