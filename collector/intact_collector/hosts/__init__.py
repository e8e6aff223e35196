"""Where time, threads, disks and sockets are. Every host runs the same `pipeline.step`.

embedded   one process: receivers, journal, measuring, page, export (`intact serve`)
keeper     the journal thread: requests are acknowledged after its commit
measurer   the thread that owns the pipeline's state
live       what the page, the API and /metrics see
memory     no server and no disk: tests, and files
files      recorded telemetry (`intact report`)
"""
