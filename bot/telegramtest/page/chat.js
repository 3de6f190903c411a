// The chat of one person with the bot. What the bot writes comes as plain text
// and a list of what is marked in it; it is shown by elements of our own, so that
// nothing of it can become a page's markup.
const $ = (id) => document.getElementById(id);
const make = (tag, fields = {}, ...children) => {
  const node = Object.assign(document.createElement(tag), fields);
  node.append(...children);
  return node;
};
let person = null, state = "", bot = { username: "" }, run = 0;

async function api(path, body) {
  const options = body === undefined ? {} : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  const answer = await fetch("/api" + path, options);
  if (!answer.ok) throw new Error((await answer.text()).trim());
  return answer.json();
}

// act does something as the person, and says so where it fails.
async function act(path, body) {
  try {
    await api(`/people/${person}/${path}`, body);
    $("trouble").hidden = true;
  } catch (why) {
    $("trouble").textContent = why.message;
    $("trouble").hidden = false;
  }
}

const script = (text) => (/[\u0900-\u097f]/.test(text) ? "hi" : "en");

// leadTo makes a link; one to our own bot opens in this page, as somebody new.
// Anything but a web address is no link.
function leadTo(address, ...children) {
  const own = address.match(/^https?:\/\/t\.me\/([A-Za-z0-9_]+)(?:\?(.*))?$/);
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

function buttons(message) {
  const keys = make("div", { className: "keys" });
  for (const row of message.buttons) {
    const line = make("div");
    for (const b of row) {
      const key = b.url ? leadTo(b.url, b.text)
        : make("button", { type: "button", textContent: b.text, onclick: () => act("taps", { message_id: message.id, data: b.callback_data }) });
      key.lang = script(b.text);
      line.append(key);
    }
    keys.append(line);
  }
  return keys;
}

function attachment(file) {
  const src = "/api/files/" + encodeURIComponent(file.id);
  if (file.kind === "photo" && file.size > 0) return make("img", { src, alt: file.name });
  if (file.kind === "voice" && file.size > 0) return make("audio", { src, controls: true });
  return make("a", { href: src, download: file.name }, "📎 " + (file.name || file.kind));
}

function bubble(m) {
  const text = m.text || "";
  const box = make("div", { className: m.from_bot ? "bubble" : "bubble mine", lang: script(text) });
  if (m.file) box.append(attachment(m.file));
  words(box, text, m.entities);
  if (!m.file && !text) box.append("📎");
  return box;
}

function draw(chat) {
  const box = $("chat");
  box.replaceChildren();
  if (chat.messages.length === 0) {
    const about = bot.description || "/start";
    box.append(make("p", { className: "note", lang: script(about), textContent: about }),
      make("button", { type: "button", className: "send", textContent: "START", onclick: () => act("messages", { text: "/start" }) }));
  }
  for (const m of chat.messages) {
    box.append(bubble(m));
    if (m.buttons) box.append(buttons(m));
  }
  drawKeyboard(chat.keyboard || []);
  $("block").textContent = chat.blocked ? "unblock the bot" : "block the bot";
  box.scrollTop = box.scrollHeight;
}

// drawKeyboard shows the keys that the bot puts in place of the person's own.
function drawKeyboard(rows) {
  const press = (key) => {
    if (key.request_contact) act("contact", {});
    else if (key.request_location) act("location", {});
    else act("messages", { text: key.text });
  };
  $("keyboard").hidden = rows.length === 0;
  $("keyboard").replaceChildren(...rows.map((row) =>
    make("div", {}, ...row.map((key) => make("button", { type: "button", textContent: key.text, lang: script(key.text), onclick: () => press(key) })))));
}

// follow shows the chat and waits for every change of it.
async function follow() {
  const mine = ++run;
  state = "";
  while (mine === run) {
    try {
      const chat = await api(`/people/${person}/messages?after=${state}`);
      if (mine !== run) return;
      if (chat.state !== state) draw(chat);
      state = chat.state;
    } catch {
      await new Promise((later) => setTimeout(later, 1000));
    }
  }
}

async function choose(id) {
  const people = await api("/people");
  $("people").replaceChildren(...people.map((p) => new Option(`${p.name} (${p.language})`, p.id, false, p.id === id)));
  person = id;
  history.replaceState(null, "", "/?person=" + id);
  follow();
}

const create = async (name, language) => (await api("/people", { name, language })).id;

$("people").onchange = (e) => choose(Number(e.target.value));
$("new").onclick = () => $("newcomer").showModal();
$("newcomer").onclose = async () => {
  const name = $("name").value.trim();
  if ($("newcomer").returnValue !== "ok" || !name) return;
  choose(await create(name, document.querySelector("[name=language]:checked").value));
  $("name").value = "";
};
$("say").onsubmit = (e) => {
  e.preventDefault();
  const text = $("text").value.trim();
  $("text").value = "";
  if (text) act("messages", { text });
};
for (const what of ["photo", "contact", "location", "block"]) $(what).onclick = () => act(what, {});

(async () => {
  bot = await api("/bot");
  const query = new URLSearchParams(location.search);
  const people = await api("/people");
  let id = Number(query.get("person"));
  if (!people.some((p) => p.id === id)) {
    // A link opened anew is somebody new, unless it is opened as somebody.
    id = people.length && !query.has("start") ? people[0].id : await create(query.get("name") || "Person", query.get("lang") || "hi");
  }
  await choose(id);
  if (query.has("start")) act("messages", { text: ("/start " + query.get("start")).trim() });
})();
