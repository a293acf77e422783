// Moments as Slack writes them, always in the zone of the person who reads.

const LOCALE = "en-US";

/** Parts of an epoch second in a zone: {year, month, day, weekday, hour, minute, second}, as text. */
function parts(seconds, zone, options) {
  const format = new Intl.DateTimeFormat(LOCALE, { timeZone: known(zone), ...options });
  return Object.fromEntries(format.formatToParts(new Date(seconds * 1000)).map(({ type, value }) => [type, value]));
}

const zones = new Map();
function known(zone) {
  if (!zones.has(zone)) {
    try {
      new Intl.DateTimeFormat(LOCALE, { timeZone: zone });
      zones.set(zone, zone);
    } catch {
      zones.set(zone, "UTC");
    }
  }
  return zones.get(zone);
}

export function clockTime(seconds, zone, { secs = false } = {}) {
  const at = parts(seconds, zone, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
  return secs ? `${at.hour}:${at.minute}:${at.second}` : `${at.hour}:${at.minute}`;
}

/** "2023-10-20": the day it is there. */
export function dayOf(seconds, zone) {
  const at = parts(seconds, zone, { year: "numeric", month: "2-digit", day: "2-digit" });
  return `${at.year}-${at.month}-${at.day}`;
}

/** "2023-10-20T11:00": what a clock on the wall shows there, as inputs have it. */
export const wallTime = (seconds, zone) => `${dayOf(seconds, zone)}T${clockTime(seconds, zone)}`;

/** The epoch second at which a clock on the wall there shows this; twice, as it may lie beyond a change of the clocks. */
export function momentOf(wall, zone) {
  const asIfUtc = Date.parse(`${wall}Z`) / 1000;
  const ahead = (seconds) => Date.parse(`${wallTime(seconds, zone)}Z`) / 1000 - seconds;
  return asIfUtc - ahead(asIfUtc - ahead(asIfUtc));
}

export function shortMoment(seconds, zone) {
  const at = parts(seconds, zone, { weekday: "short", day: "numeric", month: "short", year: "numeric" });
  return `${at.weekday} ${at.day} ${at.month} ${at.year}, ${clockTime(seconds, zone)}`;
}

export function dayTitle(seconds, zone, now) {
  return capital(pretty(seconds, zone, now) ?? longDate(seconds, zone));
}

/** The text of `<!date^seconds^format|…>`, or null when the format holds a token that Slack does not know. */
export function dateToken(seconds, format, zone, now) {
  let strange = false;
  const text = format.replace(/\{([a-z_]+)\}/g, (token, name, at) => {
    const write = TOKENS[name];
    if (!write) {
      strange = true;
      return token;
    }
    const written = write(seconds, zone, now);
    return at === 0 ? capital(written) : written;
  });
  return strange ? null : text;
}

const TOKENS = {
  date_num: (at, zone) => dayOf(at, zone),
  date_slash: (at, zone) => dayOf(at, zone).replaceAll("-", "/"),
  date: mediumDate,
  date_short: shortDate,
  date_long: longDate,
  date_long_full: longDate,
  date_pretty: (at, zone, now) => pretty(at, zone, now) ?? mediumDate(at, zone),
  date_short_pretty: (at, zone, now) => pretty(at, zone, now) ?? shortDate(at, zone),
  date_long_pretty: (at, zone, now) => pretty(at, zone, now) ?? longDate(at, zone),
  day_divider_pretty: (at, zone, now) => pretty(at, zone, now) ?? longDate(at, zone),
  time: (at, zone) => clockTime(at, zone),
  time_secs: (at, zone) => clockTime(at, zone, { secs: true }),
  ago: (at, zone, now) => ago(at, now),
};

function mediumDate(seconds, zone) {
  const at = parts(seconds, zone, { month: "long", day: "numeric", year: "numeric" });
  return `${at.month} ${ordinal(at.day)}, ${at.year}`;
}

function shortDate(seconds, zone) {
  const at = parts(seconds, zone, { month: "short", day: "numeric", year: "numeric" });
  return `${at.month} ${at.day}, ${at.year}`;
}

function longDate(seconds, zone) {
  return `${parts(seconds, zone, { weekday: "long" }).weekday}, ${mediumDate(seconds, zone)}`;
}

function pretty(seconds, zone, now) {
  const days = Math.round((Date.parse(dayOf(seconds, zone)) - Date.parse(dayOf(now, zone))) / 86_400_000);
  return { "-1": "yesterday", 0: "today", 1: "tomorrow" }[days] ?? null;
}

export function ago(seconds, now) {
  const units = [
    ["day", 86_400],
    ["hour", 3_600],
    ["minute", 60],
    ["second", 1],
  ];
  const [unit, length] = units.find(([, size]) => Math.abs(now - seconds) >= size) ?? units[3];
  return new Intl.RelativeTimeFormat(LOCALE, { numeric: "auto" }).format(Math.round((seconds - now) / length), unit);
}

function ordinal(day) {
  const ending = day >= 11 && day <= 13 ? "th" : ({ 1: "st", 2: "nd", 3: "rd" }[day % 10] ?? "th");
  return `${day}${ending}`;
}

const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
