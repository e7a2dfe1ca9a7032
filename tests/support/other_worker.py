"""`python -m tests.support.other_worker SCHEDULER`: a worker on which another numpy seems to be installed."""

import sys

from sim.footage.build import cluster
from sim.footage.build.cluster import serve_worker

OTHER = "1.2.3"

if __name__ == "__main__":
    real = cluster.version
    cluster.version = lambda name: OTHER if name == "numpy" else real(name)  # type: ignore[attr-defined]
    serve_worker(sys.argv[1], processes=1)
