"""Raises the limit of open files to the hard one, as many servers do, and becomes the Python sample server."""

import resource
import runpy

_, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
runpy.run_path("/app/server.py", run_name="__main__")
