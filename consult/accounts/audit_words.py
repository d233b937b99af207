"""What was done, in words: one line for each action that the audit knows."""

from gettext import NullTranslations

Words = NullTranslations


def action_names(words: Words) -> dict[str, str]:
    """Return what each action is called; one that has no name here is shown by its code."""
    return _personal_data(words) | _running(words) | _accounts(words) | _work(words)


def _personal_data(words: Words) -> dict[str, str]:
    """Return the actions that read, export or bring in what people said, or who they are."""
    _ = words.gettext
    return {
        "responses.exported": _("Responses exported"),
        "responses.imported": _("Responses imported"),
        "contacts.exported": _("Contacts exported"),
        "contacts.imported": _("Contacts imported"),
        "contacts.read": _("List of contacts read"),
        "contacts.removed": _("Contacts removed"),
        "links.exported": _("Personal links exported"),
        "codes.made": _("Codes made for paper and telephone"),
        "discussion.exported": _("Results of a discussion exported"),
        "session.exported": _("Notes of a session exported"),
        "session.imported": _("Notes of a session imported"),
        "contributions.read": _("Contributions of a theme read"),
        "reading.given": _("Right to read contributions given"),
        "reading.accepted": _("Confidentiality of contributions accepted"),
        "reading.taken_back": _("Right to read contributions taken back"),
        "contributions.coded": _("Contributions read to code them"),
        "codings.exported": _("Codings exported"),
        "forms.read": _("Forms that were typed in read"),
        "concerns.read": _("Words about danger or complaints read"),
        "concern.handled": _("Something done about flagged words"),
        "concern.dismissed": _("Flagged words set aside"),
        "concern.reopened": _("Flagged words put back in the list"),
        "concerns.recipient_named": _("Recipient of danger and complaints named"),
        "merging.chosen": _("Groups shown together chosen"),
        "merging.taken_back": _("Choice of groups shown together taken back"),
        "report.made": _("Report made"),
        "report.published": _("Report published"),
        "report.taken_back": _("Report taken back"),
        "open_data.made": _("Open data made"),
        "ballots.handed_on": _("Ballots handed to an auditor"),
        "ballot.made": _("Second round made of themes"),
        "audit.exported": _("Audit exported"),
    }


def _running(words: Words) -> dict[str, str]:
    _ = words.gettext
    return {
        "consultation.founded": _("Consultation created"),
        "consultation.described": _("Description or settings changed"),
        "consultation.opened": _("Consultation opened"),
        "consultation.paused": _("Consultation paused"),
        "consultation.reopened": _("Consultation taken up again"),
        "consultation.closed": _("Consultation closed"),
        "consultation.dates_changed": _("Dates changed"),
        "consultation.mixed": _("Stored responses mixed after the closing"),
        "participation.targets_changed": _("Targets changed"),
        "mail.invitation": _("Invitations sent"),
        "mail.reminder": _("Reminders sent"),
        "mail.results": _("News of the results sent"),
        "member.joined": _("Person added to the consultation"),
        "member.left": _("Person removed from the consultation"),
    }


def _accounts(words: Words) -> dict[str, str]:
    _ = words.gettext
    return {
        "account.created": _("Account made"),
        "account.joined": _("Account joined to a consultation"),
        "account.activated": _("Account opened again"),
        "account.deactivated": _("Account closed"),
        "account.password_changed": _("Password changed"),
        "account.password_chosen": _("First password chosen"),
    }


def _work(words: Words) -> dict[str, str]:
    _ = words.gettext
    return {
        "survey.created": _("Survey begun"),
        "survey.published": _("Survey published"),
        "survey.deleted": _("Survey deleted before it was published"),
        "analysis.requested": _("Themes asked for"),
        "analysis.joining": _("New answers placed in themes"),
        "analysis.cancelled": _("Search for themes cancelled"),
        "run.shown": _("Themes shown to the committee"),
        "quote.approved": _("Quote approved"),
        "quote.refused": _("Quote left out"),
        "quote.reopened": _("Decision on a quote undone"),
        "board.begun": _("Board of themes begun"),
        "board.counts_renewed": _("Numbers of a board renewed"),
        "board.placing_asked": _("New contributions placed on a board"),
        "board.split_asked": _("Parts of a theme asked for"),
        "decision.made": _("Decision written down"),
        "meeting.made": _("Meeting noted"),
        "meeting.changed": _("Meeting changed"),
        "workshop.made": _("Workshop made"),
        "guide.saved": _("Guide saved"),
        "session.created": _("Session noted"),
        "session.changed": _("Session changed"),
        "session.ready": _("Notes of a session made to count"),
        "session.deleted": _("Session deleted"),
        "session.slip_renewed": _("Slip of a session replaced"),
    }


def thing_names(words: Words) -> dict[str, str]:
    """Return what the rows are called that something was done to, by table."""
    _ = words.gettext
    return {
        "consultations": _("Consultation"),
        "accounts": _("Account"),
        "surveys": _("Survey"),
        "survey_versions": _("Version of a survey"),
        "jobs": _("Search for themes"),
        "runs": _("Analysis"),
        "quote_snapshots": _("Quote"),
        "guides": _("Guide"),
        "sessions": _("Session"),
        "discussion_prompts": _("Discussion prompt"),
        "entry_batches": _("Batch of forms"),
        "theme_boards": _("Board of themes"),
        "decisions": _("Decision"),
        "meetings": _("Meeting"),
        "workshops": _("Workshop"),
        "group_mergings": _("Groups shown together"),
        "report_snapshots": _("Report"),
        "mailings": _("Mailing"),
    }
