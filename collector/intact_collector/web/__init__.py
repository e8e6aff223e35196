"""What all listeners of the collector have in common.

In: addresses, certificates and tokens, as an operator wrote them. Out: bound sockets, a web server
under the process's own signals, TLS whose certificates can change while it runs, and the answer to
who is calling. Knows nothing of telemetry.
"""
