"""People who discuss, for the tests of the record: they come by a link, post and react."""

from datetime import date

from consult.record.database import unit_of_work
from consult.record.discussion import (
    DiscussionParticipant,
    Joining,
    Moderation,
    NewPrompt,
    Prompt,
    create_prompt,
    find_prompt,
    join_discussion,
    open_prompt,
)
from consult.record.keys import new_token
from consult.record.moderation import Moderator
from consult.record.reaction import Stand, react
from consult.record.statement import DiscussionStatement, NewStatement, post_statement
from surveys.localised import Localised

DAY = date(2026, 11, 22)
BY = Moderator(None, DAY, "")


class Talk:
    """An open prompt in a world, and what people do there, each in a transaction of its own."""

    def __init__(self, world, **settings: object) -> None:
        self.world = world
        settings = {"moderation": Moderation.AFTER} | settings
        new = NewPrompt(Localised(en="What would help?", fr="Qu’est-ce qui aiderait?"), **settings)
        with unit_of_work(world.engine) as session:
            prompt = create_prompt(session, world.consultation, new)
            open_prompt(session, world.consultation, prompt)
            self.code = prompt.code
            self.prompt = prompt

    def join(self, group: str | None = "citizen", *, token: str | None = None, may_quote: bool = True):
        group_id = self.world.groups[group] if group else None
        joining = Joining(token or new_token(), "fr", may_quote, group_id)
        with unit_of_work(self.world.engine) as session:
            return join_discussion(session, self.world.keyring, self.world.consultation, joining, DAY)

    def post(self, participant, text: str, key: str = "", **more: object) -> DiscussionStatement:
        new = NewStatement(text, "fr", key or new_token(), **more)
        with unit_of_work(self.world.engine) as session:
            return post_statement(
                session, self.found(session), session.get_one(DiscussionParticipant, participant.id), new, DAY
            )

    def react(self, participant, statement, stand: Stand) -> None:
        with unit_of_work(self.world.engine) as session:
            mine = session.get_one(DiscussionParticipant, participant.id)
            react(session, self.found(session), mine, statement.id, stand)

    def found(self, session) -> Prompt:
        prompt = find_prompt(session, self.world.consultation, self.code)
        assert prompt is not None
        return prompt
