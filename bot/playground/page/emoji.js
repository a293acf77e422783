// The shortcodes of Slack that this page knows, and drawings for those a message's meaning hangs on:
// they look the same where no emoji font is installed.

import { h, svg } from "./dom.js";

const NAMED = Object.fromEntries(
  `adhesive_bandage 🩹|airplane ✈️|anchor ⚓|apple 🍎|bow 🙇|brain 🧠|briefcase 💼|bullettrain_side 🚄|cactus 🌵|cake 🍰|camera 📷|candle 🕯️|cat 🐱|christmas_tree 🎄|cloud_with_rain 🌧️
  coffee ☕|cookie 🍪|crescent_moon 🌙|crossed_fingers 🤞|crystal_ball 🔮|desktop_computer 🖥️|dizzy 💫|dog 🐶|droplet 💧|earth_africa 🌍|earth_americas 🌎|earth_asia 🌏|face_palm 🤦|feet 🐾
  file_folder 📁|fish 🐟|flags 🎏|fist ✊|four_leaf_clover 🍀|ghost 👻|green_heart 💚|grin 😁|grinning 😀|headphones 🎧|herb 🌿|innocent 😇|joy 😂|keyboard ⌨️|leftwards_arrow_with_hook ↩️|lemon 🍋|lion_face 🦁
  man-shrugging 🤷‍♂️|maple_leaf 🍁|mountain 🏔️|mushroom 🍄|neutral_face 😐|ocean 🌊|octopus 🐙|owl 🦉|palm_tree 🌴|phone ☎️|pizza 🍕|postal_horn 📯|puzzle_piece 🧩|relaxed ☺️|relieved 😌
  safety_pin 🧷|sailboat ⛵|salute 🫡|saluting_face 🫡|satellite 🛰️|shell 🐚|simple_smile 🙂|smirk 😏|sob 😭|star ⭐|star2 🌟|sunflower 🌻|sunglasses 😎|surfer 🏄|sweat_smile 😅
  test_tube 🧪|tired_face 😫|triangular_flag_on_post 🚩|tropical_fish 🐠|turtle 🐢|umbrella ☔|upside_down_face 🙃|whale 🐳|wink 😉|yum 😋|
  +1 👍|-1 👎|100 💯|alarm_clock ⏰|arrow_down ⬇️|arrow_forward ▶️|arrow_left ⬅️|arrow_right ➡️|arrow_up ⬆️|arrows_counterclockwise 🔄
  art 🎨|balloon 🎈|ballot_box_with_check ☑️|bar_chart 📊|beginner 🔰|bell 🔔|black_circle ⚫|black_large_square ⬛|black_small_square ▪️|blue_book 📘
  book 📖|bookmark 🔖|bookmark_tabs 📑|books 📚|boom 💥|broom 🧹|bug 🐛|bulb 💡|bust_in_silhouette 👤|busts_in_silhouette 👥|calendar 📆|card_index 📇
  chart_with_upwards_trend 📈|checkered_flag 🏁|clap 👏|clipboard 📋|clock1 🕐|clock3 🕒|clock9 🕘|closed_book 📕|closed_lock_with_key 🔐|cloud ☁️|computer 💻
  confetti_ball 🎊|construction 🚧|cry 😢|dart 🎯|date 📅|detective 🕵️|diamond_shape_with_a_dot_inside 💠|door 🚪|email ✉️|envelope ✉️|exclamation ❗|eyes 👀
  face_with_monocle 🧐|fire 🔥|first_place_medal 🥇|gear ⚙️|gem 💎|gift 🎁|globe_with_meridians 🌐|green_book 📗|grey_question ❔|grimacing 😬|hammer 🔨
  hammer_and_wrench 🛠️|handshake 🤝|heart ❤️|heavy_check_mark ✔️|heavy_exclamation_mark ❗|heavy_minus_sign ➖|heavy_plus_sign ➕|hourglass ⌛|hourglass_flowing_sand ⏳
  house 🏠|hugging_face 🤗|inbox_tray 📥|information_source ℹ️|key 🔑|label 🏷️|large_blue_circle 🔵|large_blue_diamond 🔷|large_blue_square 🟦|large_brown_circle 🟤
  large_brown_square 🟫|large_green_circle 🟢|large_green_square 🟩|large_orange_circle 🟠|large_orange_square 🟧|large_purple_circle 🟣|large_purple_square 🟪
  large_red_square 🟥|large_yellow_circle 🟡|large_yellow_square 🟨|ledger 📒|link 🔗|lock 🔒|loudspeaker 📢|mag 🔍|mag_right 🔎|mailbox 📫|medal 🏅|mega 📣
  memo 📝|microscope 🔬|military_medal 🎖️|moneybag 💰|moon 🌔|muscle 💪|name_badge 📛|new 🆕|newspaper 📰|no_bell 🔕|no_entry ⛔|no_entry_sign 🚫|notebook 📓
  octagonal_sign 🛑|ok 🆗|ok_hand 👌|orange_book 📙|outbox_tray 📤|package 📦|page_facing_up 📄|page_with_curl 📃|paperclip 📎|partying_face 🥳|pencil 📝|pencil2 ✏️
  point_down 👇|point_left 👈|point_right 👉|point_up ☝️|pray 🙏|pushpin 📌|question ❓|rainbow 🌈|raised_hand ✋|raised_hands 🙌|raising_hand 🙋|receipt 🧾|recycle ♻️|red_circle 🔴
  repeat 🔁|robot_face 🤖|rocket 🚀|rotating_light 🚨|round_pushpin 📍|scales ⚖️|scroll 📜|second_place_medal 🥈|see_no_evil 🙈|seedling 🌱|shield 🛡️|ship 🚢
  shrug 🤷|slightly_smiling_face 🙂|small_blue_diamond 🔹|small_orange_diamond 🔸|smile 😄|smiley 😃|snail 🐌|sos 🆘|sparkles ✨|speech_balloon 💬|spiral_calendar_pad 🗓️
  sports_medal 🏅|stopwatch ⏱️|sun_with_face 🌞|sunny ☀️|tada 🎉|tea 🍵|telescope 🔭|thinking_face 🤔|third_place_medal 🥉|thread 🧵|thumbsdown 👎|thumbsup 👍|ticket 🎫
  timer_clock ⏲️|toolbox 🧰|trophy 🏆|unlock 🔓|vertical_traffic_light 🚦|warning ⚠️|wastebasket 🗑️|watch ⌚|wave 👋|white_check_mark ✅|white_circle ⚪
  white_large_square ⬜|white_medium_square ◻️|white_small_square ▫️|woman-shrugging 🤷‍♀️|world_map 🗺️|wrench 🔧|writing_hand ✍️|x ❌|zap ⚡|zzz 💤`
    .split(/[|\n]\s*/)
    .map((entry) => entry.trim().split(" ")),
);

const COLOURS = {
  red: "#dd2e44",
  orange: "#f4900c",
  yellow: "#fdcb58",
  green: "#2ea063",
  blue: "#4a9be8",
  purple: "#9a7bd0",
  brown: "#a8684a",
  black: "#31373d",
  white: "#e6e7e8",
  grey: "#9aa0a6",
};
const RIM = { white: "#9aa0a6", black: "#6b7178" }; // else they are lost on a page of that colour

// The strokes of a drawing, on 20 by 20: each is an SVG element's name and attributes.
const disc = (colour) => ["circle", { cx: 10, cy: 10, r: 8.4, fill: COLOURS[colour], stroke: RIM[colour] ?? "none" }];
const tile = (colour) => [
  "rect",
  { x: 1.6, y: 1.6, width: 16.8, height: 16.8, rx: 3.2, fill: COLOURS[colour], stroke: RIM[colour] ?? "none" },
];
const shape = (colour, d) => ["path", { d, fill: COLOURS[colour] }];
const line = (colour, d) => [
  "path",
  { d, fill: "none", stroke: colour, "stroke-width": 2.4, "stroke-linecap": "round", "stroke-linejoin": "round" },
];

const TICK = line("#fff", "M5.4 10.4 8.8 13.8 14.8 6.8");
const QUESTION = "M6.6 6.6C6.6 2.4 13.4 2.4 13.4 6.6 13.4 9.4 10 9.4 10 12.4M10 16.6v.2";
const BELL = "M10 1.8c-3.4 0-5.4 2.4-5.4 5.8 0 4-1.4 5.2-2.4 6.6h15.6c-1-1.4-2.4-2.6-2.4-6.6 0-3.4-2-5.8-5.4-5.8z";
const SPEECH = "M10 2.2c5 0 8.6 2.8 8.6 6.6s-3.6 6.6-8.6 6.6l-1.4-.1-4.2 3v-4.4C2.6 12.7 1.4 10.9 1.4 8.8c0-3.8 3.6-6.6 8.6-6.6z";
const LEAVES = "M10 7C8 3.4 4.6 3.6 2.4 5.8M10 7c2-3.6 5.4-3.4 7.6-1.2M10 7c-4-.6-6 1.4-6.4 4.4M10 7c4-.6 6 1.4 6.4 4.4";
const SAND = "M5 3.4h10c0 3.6-1.4 5-3.6 6.6C13.6 11.6 15 13 15 16.6H5C5 13 6.4 11.6 8.6 10 6.4 8.4 5 7 5 3.4z";
const CLAPPER = ["circle", { cx: 10, cy: 16.4, r: 1.9, fill: COLOURS.orange }];
const SIGNS = {
  "🔔": [CLAPPER, shape("yellow", BELL)],
  "🔕": [CLAPPER, shape("yellow", BELL), line(COLOURS.red, "M2.4 2.4 17.6 17.6")],
  "📅": [
    ["rect", { x: 1.8, y: 2.6, width: 16.4, height: 15.6, rx: 2, fill: COLOURS.white, stroke: COLOURS.grey }],
    shape("red", "M3.8 2.6h12.4a2 2 0 0 1 2 2v2.8H1.8V4.6a2 2 0 0 1 2-2z"),
    line(COLOURS.black, "M5.8 11h.2M10 11h.2M14 11h.2M5.8 14.8h.2M10 14.8h.2"),
  ],
  "✅": [tile("green"), TICK],
  "☑": [tile("blue"), TICK],
  "❌": [shape("red", "M4.6 2 10 7.4 15.4 2 18 4.6 12.6 10 18 15.4 15.4 18 10 12.6 4.6 18 2 15.4 7.4 10 2 4.6z")],
  "⚠": [
    shape("yellow", "M10 1.6 19 17.6c.2.5-.1 1-.7 1H1.7c-.6 0-.9-.5-.7-1z"),
    line(COLOURS.black, "M10 7v5.4M10 15.6v.2"),
  ],
  "⛔": [disc("red"), line("#fff", "M5.4 10h9.2")],
  "❓": [line(COLOURS.red, QUESTION)],
  "❔": [line(COLOURS.grey, QUESTION)],
  "🏅": [
    shape("blue", "M4.4 1h4L11 8H7zM15.6 1h-4L9 8h4z"),
    ["circle", { cx: 10, cy: 13, r: 5.8, fill: COLOURS.orange }],
    ["circle", { cx: 10, cy: 13, r: 3.9, fill: COLOURS.yellow }],
  ],
  "⏳": [
    shape("yellow", SAND),
    line(COLOURS.brown, "M4 2.4h12M4 17.6h12"),
  ],
  "🙋": [
    line(COLOURS.yellow, "M15.6 9.8V3"),
    ["circle", { cx: 8.6, cy: 6.4, r: 3.8, fill: COLOURS.yellow }],
    shape("purple", "M2 18.6c0-4.6 2.6-7 6.6-7h3.8l2-3h2.8l-2.6 5v5z"),
  ],
  "🩹": [
    ["rect", { x: 0.6, y: 6, width: 18.8, height: 8, rx: 4, fill: "#f0b98d", transform: "rotate(-40 10 10)" }],
    ["rect", { x: 6.2, y: 6, width: 7.6, height: 8, fill: "#dc9a68", transform: "rotate(-40 10 10)" }],
  ],
  "💬": [
    shape("white", SPEECH),
    line(COLOURS.black, "M6 8.8h.1M10 8.8h.1M14 8.8h.1"),
  ],
  "↩": [tile("blue"), line("#fff", "M7.6 5.6 4.8 8.4l2.8 2.8M5 8.4h7.2c3.8 0 3.8 5.6 0 5.6H9")],
  "🌙": [shape("yellow", "M12.8 1.6a8.6 8.6 0 1 0 5.6 11.6A7.4 7.4 0 0 1 12.8 1.6z")],
  "🌴": [
    line(COLOURS.brown, "M10 7.6c.8 3.4.6 7-.6 11"),
    line(COLOURS.green, LEAVES),
  ],
  "💚": [shape("green", "M10 18 3 10.8C-.6 6.8 4.6.2 10 5.4c5.4-5.2 10.6 1.4 7 5.4z")],
  "👀": [
    ["ellipse", { cx: 5.4, cy: 10, rx: 4, ry: 6.2, fill: "#fff", stroke: COLOURS.grey }],
    ["ellipse", { cx: 14.6, cy: 10, rx: 4, ry: 6.2, fill: "#fff", stroke: COLOURS.grey }],
    ["ellipse", { cx: 4, cy: 10, rx: 1.9, ry: 3, fill: COLOURS.black }],
    ["ellipse", { cx: 13.2, cy: 10, rx: 1.9, ry: 3, fill: COLOURS.black }],
  ],
};
const IN_COLOUR = "red orange yellow green blue purple brown black white".split(" ");
[..."🔴🟠🟡🟢🔵🟣🟤⚫⚪"].forEach((character, at) => (SIGNS[character] = [disc(IN_COLOUR[at])]));
[..."🟥🟧🟨🟩🟦🟪🟫⬛⬜"].forEach((character, at) => (SIGNS[character] = [tile(IN_COLOUR[at])]));

export const DRAWN = new RegExp(`(?:${Object.keys(SIGNS).join("|")})\uFE0F?`, "u");

/** The emoji of a shortcode, or null where this page knows none. */
export function emoji(name) {
  const character = NAMED[name.replace(/::skin-tone-\d$/, "")];
  return character ? drawing(character, name) : null;
}

/** An emoji as a node: read out by its name, drawn where a font may lack it. */
export function drawing(character, name = nameOf(character)) {
  const strokes = SIGNS[character.replace("\uFE0F", "")];
  const label = name.replace(/[_-]/g, " ");
  return h(
    "span.emoji",
    { role: "img", "aria-label": label, title: `:${name}:` },
    strokes ? svg(strokes) : character,
  );
}

function nameOf(character) {
  const bare = character.replace("\uFE0F", "");
  const found = Object.entries(NAMED).find(([, known]) => known.replace("\uFE0F", "") === bare);
  return found ? found[0] : "emoji";
}
