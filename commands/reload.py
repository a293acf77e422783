"""Read the configuration again.

For organizers. With a mistake in it the old one stays, and every mistake is named.
"""

from __future__ import annotations

from bot.blocks import SECTION_LENGTH, counted, escape, fit, message, section
from bot.reply import Call, Reply, Services
from commands import roles

USAGE = "reload"
ASKS_WHO = True
FOR_ORGANIZERS = True

NAMED = 10  # mistakes in one answer
LONGEST = SECTION_LENGTH // (NAMED + 1)  # characters of one


def run(call: Call, services: Services) -> Reply:
    if refusal := roles.unless_organizer(call, services):
        return refusal
    if mistakes := services.reload():
        return _refused(mistakes)
    services.store.switches.reload(call.user, call.now)
    services.wake()
    return Reply(
        message(
            section(
                "The configuration was read again and counts from now on; other processes follow within a "
                "minute. Where a date moved, those who were told the old one are told the new one, once.\n"
                "*Next:* `/slam deadlines` shows the dates."
            )
        )
    )


def _refused(mistakes: tuple[str, ...]) -> Reply:
    more = f"\n… and {len(mistakes) - NAMED} more" if len(mistakes) > NAMED else ""
    named = "\n".join(f"• {fit(escape(mistake), LONGEST)}" for mistake in mistakes[:NAMED])
    return Reply(
        message(
            section(f"The configuration has {counted(len(mistakes), 'mistake')}, so the old one stays:"),
            section(f"{named}{more}"),
            section(
                "*Next:* mend the file (`python -m bot check-config` checks it) and type `/slam reload`."
            ),
        )
    )
