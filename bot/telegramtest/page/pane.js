// One person's phone: the chat, the keys that the bot shows, the line to write.
import { make, script, api, attempt, bot, face } from "./api.js";
import { drawMessage } from "./message.js";

// Places to be at, for the location button.
const places = [
  ["Sanganer, Jaipur", 26.8217, 75.7903], ["Jodhpur, Ghantaghar", 26.2967, 73.0244], ["Udaipur, Fateh Sagar", 24.6005, 73.6766],
  ["Bikaner, Junagarh", 28.0229, 73.3119], ["Jaisalmer, Sonar Quila", 26.9124, 70.9126],
];

export class Pane {
  constructor(person, on) {
    this.person = person;
    this.on = on; // close(pane), inspect(pane), home()
    this.state = "";
    this.open = true;
    this.build();
    this.follow();
  }

  close() {
    this.open = false;
    this.element.remove();
  }

  act(path, body) {
    return attempt(() => api(`/people/${this.person.id}/${path}`, body));
  }

  say(text) {
    return this.act("messages", { text });
  }

  build() {
    const p = this.person;
    const icon = (label, text, onclick) => make("button", { type: "button", className: "icon", title: label, ariaLabel: label, textContent: text, onclick });
    this.log = make("div", { className: "log", role: "log", ariaLive: "polite", ariaLabel: `${p.name}'s chat`, tabIndex: 0 });
    this.keyboard = make("div", { className: "keyboard", hidden: true });
    this.input = make("input", { placeholder: p.language === "hi" ? "संदेश" : "Message", ariaLabel: "message", autocomplete: "off", lang: p.language, enterKeyHint: "send" });
    this.menu = this.attachments();
    this.commands = make("div", { className: "sheet commands", hidden: true });
    const send = make("button", { type: "submit", className: "send", ariaLabel: "send", textContent: "➤" });
    this.form = make("form", { className: "write", autocomplete: "off" },
      icon("commands", "☰", () => this.showCommands()), icon("attach", "+", () => this.toggle(this.menu)), this.input, send);
    this.form.onsubmit = (e) => {
      e.preventDefault();
      const text = this.input.value.trim();
      this.input.value = "";
      if (text) this.say(text);
    };
    this.stopped = make("button", { type: "button", className: "unblock", hidden: true, textContent: "You blocked the bot. Unblock it", onclick: () => this.act("block", {}) });
    const more = make("details", { className: "more" }, make("summary", { textContent: "⋮", ariaLabel: "more", title: "more" }),
      make("div", { className: "sheet" },
        this.blockButton = make("button", { type: "button", textContent: "Block the bot", onclick: () => { more.open = false; this.act("block", {}); } }),
        make("button", { type: "button", textContent: "Behind the chat", onclick: () => { more.open = false; this.on.inspect(this); } })));
    this.element = make("section", { className: "pane", ariaLabel: p.name, dataset: { person: p.id } },
      make("header", {},
        icon("people", "‹", () => this.on.home()), face(p),
        make("div", { className: "who" }, make("b", { textContent: p.name, lang: script(p.name) }),
          make("span", { textContent: [p.role, p.about].filter(Boolean).join(" · ") })),
        icon("behind the chat", "{ }", () => this.on.inspect(this)), more, icon("close", "✕", () => this.on.close(this))),
      this.log, this.keyboard, this.menu, this.commands, this.stopped, this.form);
  }

  toggle(sheet) {
    const show = sheet.hidden;
    this.menu.hidden = this.commands.hidden = true;
    sheet.hidden = !show;
  }

  attachments() {
    const sheet = make("div", { className: "sheet", hidden: true });
    const item = (text, path, body) => make("button", { type: "button", textContent: text, onclick: () => { sheet.hidden = true; this.act(path, body); } });
    sheet.append(item("🖼 A photo", "photo", {}), item("🎤 A voice message", "voice", {}), item("☎ My contact", "contact", {}),
      item("☎ Somebody else's contact", "contact", { phone: "+910000000001", other: true }),
      ...places.map(([name, latitude, longitude]) => item("📍 " + name, "location", { latitude, longitude })));
    return sheet;
  }

  // showCommands lists what the bot has told Telegram that this person may do,
  // a moment after it began or after their office changed.
  async showCommands() {
    this.toggle(this.commands);
    let told = [];
    for (this.commands.replaceChildren("…"); this.open && !told.length;) {
      told = (await attempt(() => api(`/people/${this.person.id}/menu`))) || [];
      if (!told.length) await new Promise((later) => setTimeout(later, 300));
    }
    this.commands.replaceChildren(...told.map((c) => make("button", { type: "button", lang: this.person.language, onclick: () => { this.commands.hidden = true; this.say("/" + c.command); } },
      make("b", { textContent: "/" + c.command }), make("span", { textContent: c.description }))));
  }

  draw(chat) {
    const items = chat.messages.map((m) => drawMessage(m, (id, data) => this.act("taps", { message_id: id, data })));
    if (chat.messages.length === 0) items.push(this.welcome());
    if (chat.waiting) items.push(make("div", { className: "typing", ariaLabel: "the bot is writing" }, make("i"), make("i"), make("i")));
    this.log.replaceChildren(...items);
    this.drawKeyboard(chat.keyboard || []);
    this.stopped.hidden = !chat.blocked;
    this.form.hidden = chat.blocked;
    this.blockButton.textContent = chat.blocked ? "Unblock the bot" : "Block the bot";
    this.log.scrollTop = this.log.scrollHeight;
  }

  // welcome is what Telegram shows before anything was said.
  welcome() {
    const about = bot[this.person.language]?.description || "";
    return make("div", { className: "welcome" }, make("p", { textContent: about, lang: script(about) }),
      make("button", { type: "button", className: "main", textContent: "START", onclick: () => this.say(("/start " + (this.person.start || "")).trim()) }));
  }

  // drawKeyboard shows the keys that the bot puts in place of the person's own.
  drawKeyboard(rows) {
    const press = (key) => {
      if (key.request_contact) this.act("contact", {});
      else if (key.request_location) this.act("location", {});
      else this.say(key.text);
    };
    this.keyboard.hidden = rows.length === 0;
    this.keyboard.replaceChildren(...rows.map((row) =>
      make("div", {}, ...row.map((key) => make("button", { type: "button", textContent: key.text, lang: script(key.text), onclick: () => press(key) })))));
  }

  // follow shows the chat and waits for every change of it.
  async follow() {
    while (this.open) {
      try {
        const chat = await api(`/people/${this.person.id}/messages?after=${this.state}`);
        if (!this.open) return;
        if (chat.state !== this.state) {
          this.state = chat.state;
          this.draw(chat);
          this.on.changed(this);
        }
      } catch {
        this.on.lost();
        await new Promise((later) => setTimeout(later, 1000));
      }
    }
  }
}
