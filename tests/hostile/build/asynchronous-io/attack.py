import ctypes
import errno
import os

libc = ctypes.CDLL(None, use_errno=True)
context = ctypes.c_ulong(0)
if libc.syscall(206, 1024, ctypes.byref(context)) < 0:  # io_setup
    print("held asynchronous requests", errno.errorcode[ctypes.get_errno()], flush=True)
else:
    print("BREACH-" + "GOT-THROUGH", "asynchronous requests", flush=True)
