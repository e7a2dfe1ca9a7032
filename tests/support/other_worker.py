"""`python -m tests.support.other_worker SCHEDULER`: a worker on which another numpy seems to be installed."""

import sys

from sim.footage.build.cluster import installation
from sim.footage.build.cluster.worker import serve_worker

OTHER = "1.2.3"

if __name__ == "__main__":
    real = installation.version
    installation.version = lambda name: OTHER if name == "numpy" else real(name)  # type: ignore[attr-defined]
    serve_worker(sys.argv[1], processes=1)
