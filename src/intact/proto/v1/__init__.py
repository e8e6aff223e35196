"""Version 1 of the messages, generated from `proto/intact/proto/v1` by `.ci/gen-protos`."""
