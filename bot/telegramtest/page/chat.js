// The chat of one person with the bot. What the bot writes is put in as text;
// of its markup only <b> is shown, by elements of our own.
const $ = (id) => document.getElementById(id);
let person = null, state = "", bot = { username: "" }, run = 0;

const api = async (path, body) => {
  const options = body === undefined ? {} : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  const answer = await fetch("/api" + path, options);
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
};

function words(parent, html) {
  const plain = (s) => s.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&quot;/g, '"').replace(/&amp;/g, "&");
  html.split(/(<\/?b>)/).reduce((bold, piece) => {
    if (piece === "<b>") return true;
    if (piece === "</b>") return false;
    if (piece) {
      const node = bold ? document.createElement("b") : document.createElement("span");
      node.textContent = plain(piece);
      parent.append(node);
    }
    return bold;
  }, false);
}

function keyboard(message) {
  const keys = document.createElement("div");
  keys.className = "keys";
  for (const row of message.buttons) {
    const line = document.createElement("div");
    for (const b of row) {
      let key;
      if (b.url) {
        key = document.createElement("a");
        const own = b.url.match(/^https:\/\/t\.me\/([^?]+)\??(.*)$/);
        key.href = own && own[1] === bot.username ? "/?" + own[2] : b.url;
        key.rel = "noreferrer";
        key.target = "_blank";
      } else {
        key = document.createElement("button");
        key.type = "button";
        key.onclick = () => api(`/people/${person}/taps`, { message_id: message.id, data: b.callback_data });
      }
      key.textContent = b.text;
      line.append(key);
    }
    keys.append(line);
  }
  return keys;
}

function draw(chat) {
  const box = $("chat");
  box.replaceChildren();
  if (chat.messages.length === 0) {
    const note = document.createElement("p");
    note.className = "note";
    note.textContent = bot.description || "/start";
    const start = document.createElement("button");
    start.textContent = "START";
    start.className = "send";
    start.onclick = () => api(`/people/${person}/messages`, { text: "/start" });
    box.append(note, start);
  }
  for (const m of chat.messages) {
    const bubble = document.createElement("div");
    bubble.className = m.from_bot ? "bubble" : "bubble mine";
    if (m.from_bot) words(bubble, m.html || m.text || "");
    else bubble.textContent = m.text || "📎";
    if (m.file && m.file.kind === "voice") {
      const voice = document.createElement("audio");
      voice.controls = true;
      voice.src = "/api/files/" + encodeURIComponent(m.file.name);
      bubble.append(voice);
    } else if (m.file) bubble.append(" 📎 " + m.file.name);
    box.append(bubble);
    if (m.buttons) box.append(keyboard(m));
  }
  $("block").textContent = chat.blocked ? "unblock the bot" : "block the bot";
  box.scrollTop = box.scrollHeight;
}

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

async function create() {
  const language = confirm("हिन्दी फ़ोन? / Hindi phone?  (Cancel: English)") ? "hi" : "en";
  const name = prompt("नाम / Name", "Person");
  if (name) return (await api("/people", { name, language })).id;
}

$("people").onchange = (e) => choose(Number(e.target.value));
$("new").onclick = async () => { const id = await create(); if (id) choose(id); };
$("say").onsubmit = (e) => {
  e.preventDefault();
  const text = $("text").value.trim();
  $("text").value = "";
  if (text) api(`/people/${person}/messages`, { text });
};
for (const what of ["photo", "contact", "location", "block"]) $(what).onclick = () => api(`/people/${person}/${what}`, {});

(async () => {
  bot = await api("/bot");
  const query = new URLSearchParams(location.search);
  const people = await api("/people");
  let id = Number(query.get("person"));
  if (!people.some((p) => p.id === id)) {
    // A link opened anew is somebody new, unless it is opened as somebody.
    id = people.length && !query.has("start") ? people[0].id : (await api("/people", { name: query.get("name") || "Person", language: query.get("lang") || "hi" })).id;
  }
  await choose(id);
  if (query.has("start")) api(`/people/${id}/messages`, { text: "/start " + query.get("start") });
})();
