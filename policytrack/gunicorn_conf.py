"""The web server: two processes of four threads each, behind localhost."""

import gc
import os

from django.urls import get_resolver
from gunicorn.workers.base import Worker

bind = f"127.0.0.1:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_PROCESSES", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
# Never True: a connection pool opened before the fork would be shared by all processes, silently.
preload_app = False

timeout = 60
graceful_timeout = 20
keepalive = 5
# A heartbeat file on a slow disk would make a busy worker look dead.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None

# The supervisor steers it by signals; a second way in, in the user's home, is not wanted.
control_socket_disable = True

# Only a reverse proxy on this machine may say that the line was encrypted.
forwarded_allow_ips = "127.0.0.1,::1"

# What goes wrong is logged by the application, with the request's id.
accesslog = None
errorlog = "-"


def post_worker_init(worker: Worker) -> None:
    """Load what every request needs, then keep the garbage collector from walking it again."""
    _ = get_resolver().url_patterns
    gc.collect()
    gc.freeze()
