"""Spans in the words of a framework go in, spans in Intact's words come out.

A dialect is one file of rules over shared mechanisms. It sees one span at a time, content
included, and says what the span is, whose, and which contexts stood in it. It keeps nothing: no
names, status messages or events of foreign spans, since those leak content.

    raw          one OTLP span, as far as a dialect may look at it
    dialect      what a dialect is, and what it reads off a span
    rules        the declarative shape of a dialect: what differs between frameworks, as data
    registry     the dialects that are known, installed ones too
    choose       scope name -> dialect; raw span -> `NeutralSpan`
    generic      whatever follows the conventions under a scope that nobody names

    genai        readers for the GenAI conventions: attributes, events, log records
    openinference  readers for what all OpenInference instrumentations have in common
    messages     the one shape of messages that leaves this room
    parts, blocks  messages and their parts, in the shapes of conventions and providers
    flattened    `llm.input_messages.0.message.content` -> messages
    dumps        LangChain messages, states and commands -> messages, states
    salvage      values that are no JSON: cut ones, Python literals, reprs
    transfers    what frameworks add to the messages when control passes
    transfer_tool  the tool by which a framework passes control, and what a call of it says
    unseen       an agent that ran inside a tool and has no span of its own
    boilerplate  what a framework writes around people's words
    keys         session keys in every spelling
    problems     redacted, cut and dropped content
"""
