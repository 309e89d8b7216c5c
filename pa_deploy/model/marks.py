"""By what pa-deploy knows a file that it wrote itself, and so may overwrite."""

from __future__ import annotations

REPORT_MARK = {"generator": "pa-deploy"}
"""In the report, beside what it tells."""
SUMMARY_MARK = "<!-- Written by pa-deploy. -->"
"""The last line of the file of `summary-file`; Markdown that is displayed does not show it."""
OUTPUT_PREFIX = "PA_DEPLOY_"
"""Each line of the file of `outputs-file` begins so. Not `PA_`: that would be an input."""
RECORDING_MARK = '{"pa_deploy_recording": '
"""What a recording begins with. The number of its format follows."""
