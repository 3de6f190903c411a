// One message of a chat: its words with their marks, its file, its buttons.
import { $, make, script, bot } from "./api.js";

// leadTo makes a link; one to our own bot opens in this page, as somebody new.
// Anything but a web address is no link.
function leadTo(address, ...children) {
  const own = address.match(/^https?:\/\/t\.me\/([A-Za-z0-9_]+)(?:\?([^#]*))?(?:#.*)?$/);
  if (own && own[1].toLowerCase() === bot.username.toLowerCase()) {
    return make("a", { href: "/?" + (own[2] || "start="), target: "_blank", rel: "noreferrer" }, ...children);
  }
  if (!/^(https?|tg):\/\//.test(address)) return make("span", {}, ...children);
  return make("a", { href: address, target: "_blank", rel: "noreferrer" }, ...children);
}

const elements = {
  bold: () => make("b"), italic: () => make("i"), underline: () => make("u"), strikethrough: () => make("s"),
  code: () => make("code"), pre: () => make("code"), blockquote: () => make("blockquote"),
  spoiler: () => make("span", { className: "spoiler", tabIndex: 0 }),
  text_link: (e) => leadTo(e.url || ""),
};

// words shows a text with its marks; addresses in it become links, as in Telegram.
function words(parent, text, entities = []) {
  const marked = entities.filter((e) => elements[e.type]);
  const cuts = new Set([0, text.length]);
  for (const e of marked) cuts.add(e.offset).add(e.offset + e.length);
  const at = [...cuts].sort((a, b) => a - b);
  for (let i = 0; i + 1 < at.length; i++) {
    const around = marked.filter((e) => e.offset <= at[i] && e.offset + e.length >= at[i + 1]);
    let box = parent;
    for (const e of around) {
      const node = elements[e.type](e);
      box.append(node);
      box = node;
    }
    const linked = around.some((e) => e.type === "text_link");
    for (const piece of text.slice(at[i], at[i + 1]).split(/(https?:\/\/[^\s<>"]+)/)) {
      if (piece) box.append(!linked && /^https?:\/\//.test(piece) ? leadTo(piece, piece) : piece);
    }
  }
}

function buttons(message, tap) {
  const keys = make("div", { className: "buttons" });
  for (const row of message.buttons) {
    const line = make("div");
    for (const b of row) {
      const key = b.url ? leadTo(b.url, b.text + " ↗")
        : make("button", { type: "button", textContent: b.text, onclick: () => tap(message.id, b.callback_data) });
      key.lang = script(b.text);
      line.append(key);
    }
    keys.append(line);
  }
  return keys;
}

function attachment(file) {
  const src = "/api/files/" + encodeURIComponent(file.id);
  if (file.kind === "photo" && file.size > 0) {
    const open = () => { $("look").querySelector("img").src = src; $("look").showModal(); };
    return make("button", { type: "button", className: "photo", ariaLabel: "open the picture", onclick: open }, make("img", { src, alt: file.name }));
  }
  if (file.kind === "voice" && file.size > 100) return make("audio", { src, controls: true });
  if (file.kind === "voice") return make("span", { className: "file" }, "🎤 0:03");
  return make("a", { href: src, download: file.name, className: "file" }, "📎 " + (file.name || file.kind));
}

const clock = (at) => new Date(at).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });

// drawMessage gives a bubble and what hangs below it.
export function drawMessage(m, tap) {
  const text = m.text || "";
  const box = make("div", { className: "bubble", lang: script(text) });
  if (m.file) box.append(attachment(m.file));
  words(box, text, m.entities);
  if (!m.file && !text) box.append(m.shared || "📎");
  box.append(make("time", { textContent: clock(m.at), lang: "en" }));
  const item = make("div", { className: m.from_bot ? "message" : "message mine" }, box);
  if (m.buttons) item.append(buttons(m, tap));
  return item;
}
