// What the page knows: who looks, at which channel, and what time it is for the bot.

export const page = {
  me: null, // a person: {id, name, role, zone, guest}
  people: [],
  bot: { id: "", name: "Slam Bot" },
  channels: [], // {id, name, kind, topic, archived, bot}: `bot` where the bot is a member
  elsewhere: {}, // the names of channels that I am not in, by id
  channel: null, // the one that is shown
  commands: [], // {name, note, project}: `project` where it takes one
  projects: [],
  shortcuts: [], // {name, callback_id}: what the bot puts into every message's menu
  notice: "",
  unread: new Map(), // channel id -> count
};

let clock = { at: 0, heard: 0 }; // epoch seconds, and performance.now() when it was told

export const now = () => clock.at + (performance.now() - clock.heard) / 1000;

export function tellTime(epoch) {
  clock = { at: epoch, heard: performance.now() };
}

/** Who reads, for what is drawn (see text.js). */
export const reader = () => ({
  me: page.me.id,
  zone: page.me.zone,
  now,
  people: page.people,
  channels: page.channels,
  nameOf: (id) => (id === page.bot.id ? page.bot.name : (page.people.find((each) => each.id === id)?.name ?? id)),
  channelOf: (id) => page.channels.find((each) => each.id === id)?.name ?? page.elsewhere[id] ?? id,
  wayTo: (id) => (page.channels.some((each) => each.id === id) ? addressOf(page.me.id, id) : null),
});

/** The page's address says who looks at what: two tabs can be two people, and a reload changes nothing. */
export const addressOf = (user, channel) => `#${user}/${channel}`;

export const placeOf = (zone) => zone.replaceAll("_", " ");

export const titleOf = ({ kind, name }) => (kind === "home" ? `${name}’s home` : name);
