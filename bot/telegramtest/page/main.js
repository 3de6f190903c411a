// The page: who there is, whose phones are open, the drawer.
import { $, make, script, api, attempt, bot, face, tell } from "./api.js";
import { Drawer } from "./drawer.js";
import { Pane } from "./pane.js";

const drawer = new Drawer();
let panes = [];
let seen = new Map(); // how much of each chat was looked at

const narrow = () => matchMedia("(max-width: 56rem)").matches;

const on = {
  close: (pane) => {
    if (drawer.pane === pane) drawer.show(pane);
    panes = panes.filter((x) => x !== pane);
    pane.close();
    remember();
    if (!panes.length) document.body.classList.remove("chatting");
    people();
  },
  inspect: (pane) => drawer.show(pane),
  home: () => document.body.classList.remove("chatting"),
  changed: (pane) => {
    tell("");
    seen.set(pane.person.id, pane.state);
    drawer.refresh(pane);
    people();
  },
  lost: () => tell("The demo does not answer. Is it still running?"),
};

// open takes somebody's phone: in place of the last one, or beside the others.
function open(person, beside) {
  document.body.classList.add("chatting");
  const there = panes.find((x) => x.person.id === person.id);
  if (there) return there;
  if (!beside || narrow()) {
    for (const pane of narrow() ? [...panes] : panes.slice(-1)) on.close(pane);
    document.body.classList.add("chatting");
  }
  const pane = new Pane(person, on);
  panes.push(pane);
  $("panes").append(pane.element);
  remember();
  people();
  return pane;
}

// remember keeps in the address whose phones are open.
const remember = () => history.replaceState(null, "", panes.length ? "/?person=" + panes.map((x) => x.person.id).join(",") : "/");

let drawing = false;
async function people() {
  if (drawing) return;
  drawing = true;
  const list = await attempt(() => api("/people"));
  drawing = false;
  if (!list) return;
  $("people").replaceChildren(...list.map((p) => {
    const opened = panes.some((x) => x.person.id === p.id);
    const news = !opened && p.state > 0 && seen.has(p.id) && !String(seen.get(p.id)).startsWith(p.state + ".");
    const item = make("div", { className: opened ? "person open" : "person" },
      make("button", { type: "button", className: "take", dataset: { person: p.id }, ariaCurrent: String(opened), onclick: () => open(p) }, face(p),
        make("span", { className: "who" }, make("b", { textContent: p.name, lang: script(p.name) }), make("span", { textContent: [p.role, p.about].filter(Boolean).join(" · ") }))),
      make("button", { type: "button", className: "icon beside", textContent: "⊞", title: "beside the others", ariaLabel: `${p.name} beside the others`, onclick: () => open(p, true) }));
    if (news) item.append(make("span", { className: "news", title: "something new" }));
    return item;
  }));
  return list;
}

$("new").onclick = () => $("newcomer").showModal();
$("newcomer").onclose = async () => {
  const name = $("name").value.trim();
  $("name").value = "";
  if ($("newcomer").returnValue !== "ok" || !name) return;
  const person = await attempt(() => api("/people", { name, language: document.querySelector("[name=language]:checked").value }));
  if (person) open(person);
};
$("look").onclick = () => $("look").close();

// Light or dark: as the machine has it, until the button says otherwise.
const themes = { auto: "◐", light: "☀", dark: "☾" };
function theme(name) {
  localStorage.setItem("theme", name);
  document.documentElement.dataset.theme = name;
  $("theme").textContent = themes[name];
}
theme(localStorage.getItem("theme") in themes ? localStorage.getItem("theme") : "auto");
$("theme").onclick = () => {
  const names = Object.keys(themes);
  theme(names[(names.indexOf(document.documentElement.dataset.theme) + 1) % names.length]);
};

// learn asks for the bot's name and commands again until it has told them.
async function learn() {
  Object.assign(bot, (await attempt(() => api("/bot"))) || {});
  if (![bot.hi, bot.en].every((l) => l.description && l.commands?.length)) setTimeout(learn, 500);
  else for (const pane of panes) pane.state = pane.state || "";
}

(async () => {
  await learn();
  const list = (await people()) || [];
  const query = new URLSearchParams(location.search);
  const start = query.get("start");
  if (start !== null) { // a link opened anew is somebody new
    const person = await attempt(() => api("/people", { name: query.get("name") || "Person", language: query.get("lang") || "hi" }));
    if (person) await open(person).say(("/start " + start).trim());
    return;
  }
  const wanted = (query.get("person") || "").split(",").map((id) => list.find((p) => String(p.id) === id)).filter(Boolean);
  for (const p of wanted) open(p, true);
  if (!wanted.length && !narrow()) for (const p of list.filter((p) => p.start).slice(0, 2)) open(p, true);
})();
