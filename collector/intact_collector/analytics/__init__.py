"""What settled handoffs and closed sessions add up to: metrics, totals and evaluation events.

In: effects of `pipeline.step`. Out: increments of the metrics in `metrics.METRICS`, cumulative
`Series` (`totals`) and `EvaluationEvent`s (`events`). Pure: keeping totals is left to `store`,
sending them to `export`.
"""
