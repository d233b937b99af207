"""The overview of a consultation: what needs doing, who has answered, who is missing, where people stop."""

from datetime import date, timedelta

from flask import g, render_template

from consult.access import needs
from consult.extensions import db
from consult.manage.blueprint import blueprint
from consult.manage.channels import name_channels
from consult.manage.periods import make_timeline
from consult.manage.preparation import list_steps
from consult.manage.standing import find_standing
from consult.record.account import Role
from consult.record.concern import CONFIDENTIAL, count_concerns
from consult.record.consultation import get_consultation
from consult.record.database import begin
from consult.record.monitoring import monitor
from consult.record.quote import count_waiting


@blueprint.get("/<code:code>/")
@needs(Role.FACILITATOR)
def dashboard(code: str) -> str:
    """Show the counts as findings, bars and tables."""
    begin(db.session(), read_only=True)
    today = date.today()
    consultation = get_consultation(db.session(), code)
    monitoring = monitor(db.session(), consultation, today)
    waiting = count_concerns(db.session(), consultation)
    week = today - timedelta(days=6)
    return render_template(
        "manage/dashboard.html",
        consultation=consultation,
        monitoring=monitoring,
        standing=find_standing(consultation, today),
        timeline=make_timeline(monitoring.days, consultation.opens_on, today, consultation.closes_on),
        this_week=sum(count for day, count in monitoring.days.items() if day >= week),
        channel_names=name_channels(g.language),
        today=today,
        steps=list_steps(db.session(), consultation),
        quotes_waiting=count_waiting(db.session(), consultation),
        concerns_waiting=sum(waiting[kind] for kind in CONFIDENTIAL),
    )
