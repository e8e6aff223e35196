"""Spans become sessions: which turns there are, what holds them together, how long they are open.

Spans enter one by one, sessions leave as they stand. Pure: no I/O, no clock. This room knows
neither dialects nor handoffs; `pipeline` brings them together.

    turns (anchors lineage)  spans -> turns
    keys, stitch             turns -> sessions, by what they say themselves
    clue, guess              sessions -> sessions, where nothing is said
    clusters, joining, table open spans as an immutable value, and how it changes
    sight                    a pool of open spans -> the sessions in it
    account                  a session and its measured handoffs -> what is reported
    agenda, state, work      when to look again; all that is known between and in steps
    frozen, resume           the state as bytes, and back
"""
