// The emoji this page knows by name: some hundred and fifty common ones. Any other stays as its :shortcode:.

const TABLE = [
  "+1 👍|thumbsup 👍|-1 👎|thumbsdown 👎|ok_hand 👌|wave 👋|raised_hands 🙌|clap 👏|pray 🙏|muscle 💪|point_right 👉|point_left 👈",
  "point_up ☝️|point_down 👇|handshake 🤝|eyes 👀|heart ❤️|broken_heart 💔|fire 🔥|100 💯|tada 🎉|sparkles ✨|star ⭐|zap ⚡|boom 💥",
  "rocket 🚀|trophy 🏆|medal 🏅",
  "grinning 😀|smile 😄|slightly_smiling_face 🙂|blush 😊|joy 😂|sweat_smile 😅|wink 😉|heart_eyes 😍|thinking_face 🤔",
  "neutral_face 😐|confused 😕|disappointed 😞|slightly_frowning_face 🙁|cry 😢|sob 😭|angry 😠|rage 😡|scream 😱|sunglasses 😎",
  "hugging_face 🤗|face_with_monocle 🧐|exploding_head 🤯|sleeping 😴|shrug 🤷|facepalm 🤦|robot_face 🤖",
  "white_check_mark ✅|heavy_check_mark ✔️|x ❌|heavy_plus_sign ➕|heavy_minus_sign ➖|question ❓|exclamation ❗|warning ⚠️",
  "no_entry ⛔|no_entry_sign 🚫|rotating_light 🚨|sos 🆘|information_source ℹ️|bulb 💡|mag 🔍|bell 🔔|no_bell 🔕|mega 📣",
  "loudspeaker 📢|speech_balloon 💬|thought_balloon 💭|left_speech_bubble 🗨️",
  "red_circle 🔴|large_orange_circle 🟠|large_yellow_circle 🟡|large_green_circle 🟢|large_blue_circle 🔵|large_purple_circle 🟣",
  "white_circle ⚪|black_circle ⚫|small_red_triangle 🔺|small_red_triangle_down 🔻|arrow_up ⬆️|arrow_down ⬇️|arrow_right ➡️",
  "arrow_left ⬅️|arrows_counterclockwise 🔄|repeat 🔁|leftwards_arrow_with_hook ↩️",
  "hourglass ⌛|hourglass_flowing_sand ⏳|alarm_clock ⏰|stopwatch ⏱️|calendar 📅|spiral_calendar_pad 🗓️",
  "chart_with_upwards_trend 📈|chart_with_downwards_trend 📉|bar_chart 📊|clipboard 📋|memo 📝|pencil ✏️|pushpin 📌|paperclip 📎",
  "link 🔗|lock 🔒|unlock 🔓|key 🔑|label 🏷️|inbox_tray 📥|outbox_tray 📤|package 📦|email 📧|envelope ✉️|phone ☎️|iphone 📱",
  "computer 💻|camera 📷|frame_with_picture 🖼️",
  "wastebasket 🗑️|hammer_and_wrench 🛠️|wrench 🔧|gear ⚙️|shield 🛡️|scales ⚖️|briefcase 💼|truck 🚚|shopping_trolley 🛒",
  "moneybag 💰|credit_card 💳|gift 🎁|ticket 🎫|ocean 🌊|earth_africa 🌍|globe_with_meridians 🌐|sunny ☀️|cloud ☁️|seedling 🌱",
  "coffee ☕|pizza 🍕|cake 🍰|magic_wand 🪄|runner 🏃|bust_in_silhouette 👤|busts_in_silhouette 👥|office 🏢|house 🏠|books 📚",
  "newspaper 📰|art 🎨|dart 🎯|test_tube 🧪|bug 🐛|snail 🐌|zzz 💤",
];

const GLYPHS = new Map(TABLE.flatMap((row) => row.split("|")).map((pair) => pair.split(" ")));

/** The first few, offered without searching. */
export const FREQUENT = ["+1", "eyes", "white_check_mark", "pray", "tada", "heart", "bulb", "fire"];

const SKIN = /::skin-tone-\d$/;

/** The glyph of a shortcode's name, or null when the table has none. */
export function emojiFor(name) {
  return GLYPHS.get(name.replace(SKIN, "")) ?? null;
}

/** `[name, glyph]` pairs whose name holds what was typed. */
export function searchEmoji(typed = "") {
  const wanted = typed.trim().toLowerCase().replace(/^:|:$/g, "").replaceAll(" ", "_");
  const seen = new Set();
  return [...GLYPHS].filter(([name, glyph]) => name.includes(wanted) && !seen.has(glyph) && seen.add(glyph));
}
