"""What telemetry can and cannot support, and the one change that would add most.

In: spans without content, the sessions made of them, and signs that only whole spans show. Out: a
`Diagnosis`: counts, and findings in order of what they cost, each with one thing to do.

    tally      spans -> counts of what stood in them and what is missing
    diagnose   counts and sessions -> `Diagnosis`
    fixes      what to change, in the words of each framework
    document   a diagnosis as JSON, as text and as Markdown
"""

from intact_collector.diagnosis.diagnose import Diagnosis, Finding, Level, diagnose
from intact_collector.diagnosis.tally import Leak, Tally

__all__ = ["Diagnosis", "Finding", "Leak", "Level", "Tally", "diagnose"]
