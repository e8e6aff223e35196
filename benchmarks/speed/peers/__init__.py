"""What other tracing decorators cost that record inputs and outputs, beside `@intact.agent`.

environments   one environment a peer, made on request from its pinned requirements
decorated      the same function, marked by each peer's own decorator
__main__       one peer against ours, in that peer's environment; writes JSON
group          all of them, as rows of the table
"""
