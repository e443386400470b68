"""Log lines that hold no line breaks, no query string, no secret address and no patient's data."""

import logging
import re
import time

QUERY = re.compile(r"\?[^\s'\"<>]*")
SECRET = re.compile(r"(check/)[^\s/'\"<>]+", re.IGNORECASE)  # who holds such an address is let in
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class OneLine(logging.Formatter):
    """One event, one line, in UTC; anything after a “?” is cut, control characters become spaces.

    Exceptions are named by type and place only: their messages can hold what somebody typed.
    """

    converter = staticmethod(time.gmtime)

    def format(self, record: logging.LogRecord) -> str:
        error, record.exc_info, record.exc_text, record.stack_info = record.exc_info, None, None, None
        line = super().format(record)
        if isinstance(error, tuple) and error[1] is not None:
            line += f" {self._place(error[1])}"
        return CONTROL.sub(" ", SECRET.sub(r"\1…", QUERY.sub("?…", line)))

    def _place(self, error: BaseException) -> str:
        frames = []
        trace = error.__traceback__
        while trace:
            code = trace.tb_frame.f_code
            frames.append(f"{code.co_filename.rsplit('/', 2)[-1]}:{trace.tb_lineno}:{code.co_name}")
            trace = trace.tb_next
        return f"{type(error).__name__} at {' > '.join(frames[-6:])}"
