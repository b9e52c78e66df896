"""What the operating system refuses, in a sentence: a full disk, a folder that may not be written, no more memory."""

import errno

NO_MEMORY = "There is not enough memory for that; close other programs or choose something smaller."

_FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC), errno.EFBIG)
_FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS)


def describe_system_error(error: OSError | MemoryError) -> str:
    """Return what went wrong and what to do about it."""
    if isinstance(error, MemoryError):
        return NO_MEMORY
    reason = error.strerror or str(error)
    if error.errno in _FULL:
        where = f" where {error.filename} was to be written" if error.filename else ""
        return f"The disk is full{where} ({reason}); free some space, then try again."
    what = str(error.filename) if error.filename else "A file"
    if error.errno in _FORBIDDEN:
        return f"{what} may not be read or written ({reason}); change its permissions, or choose another."
    return f"{what} could not be read or written ({reason}); check the disk, then try again."
