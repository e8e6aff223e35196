"""`intact demo`: three agents, two processes, one collector, three planted losses.

    run          starts a collector and both processes, waits, asks the collector's API
    front_desk   process one: triage and billing
    warehouse    process two: shipping, behind HTTP

The agents are ordinary programs that use Intact as any application would; read them as examples.
Nothing of the result is written here: it is what the collector measured. The agents call no model,
so the demo needs no network and no key; what they lose is what agents lose.
"""
