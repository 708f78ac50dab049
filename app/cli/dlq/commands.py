"""The commands of `kanarya dlq`; `app.cli.commands` takes `app` into its tree."""

from cyclopts import App

from app.cli.dlq.redrive import redrive
from app.cli.dlq.show import ls, show
from app.cli.dlq.stats import stats

app = App(name="dlq", help="Records that were no touchpoints.")
for command in (ls, show, stats, redrive):
    app.command(command)
